//! The forms of names that people choose: config repositories, branches, secrets, folders, templates.

use crate::Malformed;

/// A config repository's name: 1 to 128 of `a-z 0-9 -`, not beginning with `-`.
pub fn config_repo(text: &str) -> Result<(), Malformed> {
    let legal = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    require(
        (1..=128).contains(&text.len()) && text.bytes().all(legal) && !text.starts_with('-'),
        "must be 1 to 128 of a-z, 0-9 and `-`, beginning with a letter or digit",
    )
}

/// A branch's name: 1 to 128 of `A-Z a-z 0-9 . _ / -`, beginning with a letter or digit, and a name that git takes
/// (`git check-ref-format --branch`): no `..`, no `//`, no segment that begins with `.` or ends with `.lock`, no `/` or `.` at the end.
///
/// Nor one that is read as something else: `HEAD`, a full ref's name (`refs/…`), an object id (40 or 64 hex digits). GitHub refuses the
/// latter two as well.
pub fn branch(text: &str) -> Result<(), Malformed> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'/' | b'-');
    let segment =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    require(
        (1..=128).contains(&text.len())
            && text.bytes().all(legal)
            && text.as_bytes()[0].is_ascii_alphanumeric()
            && !text.contains("..")
            && !text.ends_with('.')
            && text.split('/').all(segment)
            && text != "HEAD"
            && !text.starts_with("refs/")
            && !is_object_id(text),
        "must be 1 to 128 of A-Z, a-z, 0-9, `.`, `_`, `/` and `-`, beginning with a letter or digit, and a branch name that git takes, neither `HEAD` nor `refs/…` nor an object id",
    )
}

fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|c| c.is_ascii_hexdigit())
}

/// A secret's name: 1 to 128 of `A-Z a-z 0-9 _ -`.
pub fn secret_ref(text: &str) -> Result<(), Malformed> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-');
    require(
        (1..=128).contains(&text.len()) && text.bytes().all(legal),
        "must be 1 to 128 of A-Z, a-z, 0-9, `_` and `-`",
    )
}

/// A folder inside a repository: 1 to 512 of `A-Z a-z 0-9 _ . -` in segments with `/` between; no empty segment, none that is
/// `.` or `..`, and none that git could take for its own folder.
pub fn config_path(text: &str) -> Result<(), Malformed> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-' | b'/');
    let segment =
        |part: &str| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git");
    require(
        (1..=512).contains(&text.len()) && text.bytes().all(legal) && text.split('/').all(segment),
        "must be a folder inside the repository: segments of A-Z, a-z, 0-9, `_`, `.` and `-` with `/` between, none of them `.`, `..` or `.git`",
    )
}

/// A template's name, which is a file's name: 1 to 256 of `A-Z a-z 0-9 space . _ -`, beginning with a letter or digit.
pub fn template(text: &str) -> Result<(), Malformed> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b' ' | b'.' | b'_' | b'-');
    require(
        (1..=256).contains(&text.len())
            && text.bytes().all(legal)
            && text.as_bytes()[0].is_ascii_alphanumeric(),
        "must be 1 to 256 of A-Z, a-z, 0-9, space, `.`, `_` and `-`, beginning with a letter or digit",
    )
}

fn require(holds: bool, rule: &'static str) -> Result<(), Malformed> {
    if holds { Ok(()) } else { Err(Malformed { rule }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(rule: fn(&str) -> Result<(), Malformed>, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(rule(text).is_ok(), "{text:?} is refused");
        }
        for text in bad {
            assert!(rule(text).is_err(), "{text:?} is taken");
        }
    }

    #[test]
    fn a_config_repository_name_is_lower_case() {
        takes(
            config_repo,
            &["a", "search-config", "0x"],
            &["", "-a", "A", "a_b", "a\n", &"a".repeat(129)],
        );
    }

    #[test]
    fn a_branch_is_one_that_git_takes() {
        takes(
            branch,
            &["main", "release/1.2", "a.b_c-d", "head", "x/HEAD", "refs", "a/refs/b", "abc123"],
            &[
                "",
                "-x",
                "a..b",
                "a//b",
                "a/",
                "/a",
                "a/.b",
                "a.lock",
                "a.lock/b",
                "a.",
                "a b",
                "a\n",
                "a~1",
                "a@{0}",
                "HEAD",
                "refs/heads/x",
                "refs/x",
                "@",
                &"a".repeat(40),
                &"0123456789ABCDEF".repeat(4),
                &"a".repeat(129),
            ],
        );
    }

    #[test]
    fn a_secret_is_a_plain_file_name() {
        takes(secret_ref, &["acme_pat", "A-1"], &["", "a.b", "../x", "a/b", "a\n"]);
    }

    #[test]
    fn a_folder_stays_inside_the_repository() {
        takes(
            config_path,
            &["configs", "configs/products-prod-es", "a.b/c_d"],
            &[
                "",
                "/etc",
                "a/../b",
                "a//b",
                "./a",
                ".git",
                "a/.GIT/hooks",
                "a/",
                "a b",
                "a\n",
                "..",
                ".",
            ],
        );
    }

    #[test]
    fn a_template_is_a_plain_file_name() {
        takes(
            template,
            &["product_search", "product search.yaml"],
            &["", ".x", "a/b", "a\n", "-a"],
        );
    }
}

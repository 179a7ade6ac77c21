//! Paths inside a repository, checked before they meet git.

use super::{GitError, Result};

/// Longest path that is taken, bytes; git's own limit for an index entry.
const LONGEST: usize = 4095;

/// The segments of a path that is relative, has no `.`, `..`, empty segment, control character or git folder in it.
pub(super) fn segments(path: &str) -> Result<Vec<&str>> {
    let segments: Vec<&str> = path.split('/').collect();
    if path.len() > LONGEST || path.chars().any(char::is_control) {
        return Err(refused(path, "is too long or holds a control character"));
    }
    if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(refused(path, "is not a plain path inside the repository"));
    }
    if segments.iter().any(|segment| is_git_folder(segment)) {
        return Err(refused(path, "leads through a name that git keeps for itself"));
    }
    Ok(segments)
}

/// The refusal of a path.
pub(super) fn refused(path: &str, rule: &'static str) -> GitError {
    GitError::PathRefused { path: path.to_owned(), rule }
}

/// Whether some file system would take the name for `.git`: case ignored, trailing dots and blanks, NTFS's short name.
fn is_git_folder(segment: &str) -> bool {
    let name = segment.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    name == ".git" || name == "git~1" || name.starts_with(".git:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_taken() {
        for path in
            ["a.params.json", "a/b c/d", ".pullwright/charts/1.png", "é/.gitattributes", "-x"]
        {
            assert!(segments(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn paths_that_leave_the_repository_or_enter_gits_folder_are_refused() {
        for path in [
            "",
            "/a",
            "a/",
            "a//b",
            "../a",
            "a/./b",
            ".git/config",
            "a/.GIT/x",
            ".git./x",
            "git~1/x",
            "a\nb",
        ] {
            assert!(segments(path).is_err(), "{path:?}");
        }
    }
}

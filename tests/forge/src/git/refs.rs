//! Refs as files, read without a child: the forge asks for them at every turn. It does not write them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Reads one ref, loose before packed.
pub(crate) fn read_ref(directory: &Path, name: &str) -> io::Result<Option<String>> {
    if !is_valid_ref(name) {
        return Ok(None);
    }
    match std::fs::read_to_string(directory.join(name)) {
        Ok(text) => return Ok(Some(text.trim().to_owned())),
        // `a/b` asked for while `a` is a ref, or `a` while `a/b` is one.
        Err(error) if is_absence(&error) => {}
        Err(error) => return Err(error),
    }
    let text = packed_text(directory)?;
    Ok(packed_lines(&text).find(|(_, packed)| *packed == name).map(|(oid, _)| oid.to_owned()))
}

/// Reads all refs under `refs/`.
pub(crate) fn read_refs(directory: &Path) -> io::Result<BTreeMap<String, String>> {
    // Packed ones first and loose ones second would lose a ref that is packed in between.
    let mut loose = BTreeMap::new();
    collect(directory, "refs", &mut loose)?;
    let mut refs = packed(directory)?;
    refs.extend(loose);
    Ok(refs)
}

/// Says whether a branch name may stand below `refs/heads/`, by the rules of `git check-ref-format`.
pub(crate) fn is_valid_branch(name: &str) -> bool {
    !name.starts_with('-') && name != "HEAD" && is_valid_ref(&format!("refs/heads/{name}"))
}

fn is_valid_ref(name: &str) -> bool {
    let forbidden = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    name.starts_with("refs/")
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(forbidden)
        && name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
}

fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | IsADirectory)
}

fn packed(directory: &Path) -> io::Result<BTreeMap<String, String>> {
    let text = packed_text(directory)?;
    Ok(packed_lines(&text).map(|(oid, name)| (name.to_owned(), oid.to_owned())).collect())
}

fn packed_text(directory: &Path) -> io::Result<String> {
    match std::fs::read_to_string(directory.join("packed-refs")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

fn packed_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter(|line| !line.starts_with(['#', '^']));
    lines.filter_map(|line| line.split_once(' '))
}

fn collect(directory: &Path, prefix: &str, into: &mut BTreeMap<String, String>) -> io::Result<()> {
    let entries = match std::fs::read_dir(directory.join(prefix)) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(part) = entry.file_name().into_string() else { continue };
        let name = format!("{prefix}/{part}");
        if entry.file_type()?.is_dir() {
            collect(directory, &name, into)?;
        } else if is_valid_ref(&name) {
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => into.insert(name, text.trim().to_owned()),
                Err(error) if is_absence(&error) => continue,
                Err(error) => return Err(error),
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loose_ref_hides_a_packed_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("refs/heads/a")).unwrap();
        std::fs::write(folder.path().join("refs/heads/a/b"), "2222\n").unwrap();
        std::fs::write(
            folder.path().join("packed-refs"),
            "# pack-refs\n1111 refs/heads/a/b\n3333 refs/heads/c\n^44\n",
        )
        .unwrap();
        let refs = read_refs(folder.path()).unwrap();
        assert_eq!(refs["refs/heads/a/b"], "2222");
        assert_eq!(refs["refs/heads/c"], "3333");
        assert_eq!(read_ref(folder.path(), "refs/heads/a/b").unwrap().as_deref(), Some("2222"));
        assert_eq!(read_ref(folder.path(), "refs/heads/c").unwrap().as_deref(), Some("3333"));
        assert_eq!(read_ref(folder.path(), "refs/heads/a").unwrap(), None);
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_no_ref() {
        for name in
            ["../x", "a..b", "a/", "/a", "a.lock", "-a", "a b", "a~1", "", "HEAD", "a@{1}", "a/.b"]
        {
            assert!(!is_valid_branch(name), "{name}");
        }
        assert!(is_valid_branch("pullwright/study-1"));
    }
}

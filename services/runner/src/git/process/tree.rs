//! A tree object's entries, read from its bytes so that modes are seen as they stand.

use crate::git::Oid;

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The mode as it is spelled, such as `100644` or `40000`.
    pub(super) mode: String,
    /// The name.
    pub(super) name: Vec<u8>,
    /// What it names.
    pub(super) oid: Oid,
}

impl Entry {
    /// Whether it is a folder. Old tools wrote a leading zero.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self.mode.as_str(), "40000" | "040000")
    }
}

/// Reads a tree; `None` when the bytes are not one.
pub(super) fn parse(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let blank = bytes.iter().position(|c| *c == b' ')?;
        let mode = std::str::from_utf8(&bytes[..blank]).ok()?.to_owned();
        bytes = &bytes[blank + 1..];
        let nul = bytes.iter().position(|c| *c == 0)?;
        let name = bytes[..nul].to_vec();
        let oid: &[u8; 20] = bytes.get(nul + 1..nul + 21)?.try_into().ok()?;
        entries.push(Entry { mode, name, oid: Oid::from_bytes(oid) });
        bytes = &bytes[nul + 21..];
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_names_of_any_bytes() {
        let mut tree = b"100755 a b\xff\0".to_vec();
        tree.extend([7; 20]);
        tree.extend(b"40000 dir\0");
        tree.extend([8; 20]);
        let entries = parse(&tree).unwrap();
        assert_eq!(
            (entries[0].mode.as_str(), entries[0].name.as_slice()),
            ("100755", &b"a b\xff"[..])
        );
        assert!(entries[1].is_folder());
        assert_eq!(entries[1].oid.as_str(), "08".repeat(20));
    }

    #[test]
    fn bytes_that_are_no_tree_are_refused() {
        for bytes in
            [&b"100644"[..], b"100644 a", b"100644 a\0short", b"\xff 1\0aaaaaaaaaaaaaaaaaaaa"]
        {
            assert_eq!(parse(bytes), None);
        }
        assert_eq!(parse(b""), Some(Vec::new()));
    }
}

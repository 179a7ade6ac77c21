//! What a commit is made of. The same input always gives the same id: nothing is read from a clock or the machine.

use std::fmt;

use jiff::Timestamp;
use pullwright_types::Malformed;

use super::{Mode, Oid, base::Held};

/// Who a commit is by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    name: String,
    email: String,
}

impl Identity {
    /// Checks name and e-mail address: not empty, no `<`, `>` or control character, no blank at either end.
    pub fn new(name: &str, email: &str) -> Result<Self, Malformed> {
        let legal = |text: &str| {
            !text.is_empty()
                && text.trim() == text
                && !text.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
        };
        if legal(name) && legal(email) {
            Ok(Self { name: name.to_owned(), email: email.to_owned() })
        } else {
            Err(Malformed { rule: "must be a name and an e-mail address without `<` and `>`" })
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

/// A file's whole new content.
#[derive(Debug, Clone)]
pub struct FileChange {
    /// The path inside the repository.
    pub path: String,
    /// The content, written as it is.
    pub bytes: Vec<u8>,
    /// The mode.
    pub mode: Mode,
}

/// One commit to be made; its parent is the base or the commit before it.
#[derive(Debug, Clone)]
pub struct NewCommit {
    /// The files that are written.
    pub files: Vec<FileChange>,
    /// The message; cleaned as `git commit -F` cleans it.
    pub message: String,
    /// Author and committer.
    pub identity: Identity,
    /// Author's and committer's date, cut to whole seconds, written as UTC; not before 1970.
    pub date: Timestamp,
}

/// Commits that were made and not yet pushed; keep them until the push is done.
#[derive(Clone)]
pub struct Commits {
    /// The last one.
    pub head: Oid,
    /// Its tree.
    pub tree: Oid,
    /// What the engine needs to push them.
    pub(super) held: Held,
}

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commits").field("head", &self.head).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_cannot_break_out_of_its_line() {
        for (name, email) in
            [("", "a@b"), ("a\nb", "a@b"), ("a", "a@b> 0 +0000"), ("<a", "b"), (" a", "b")]
        {
            assert!(Identity::new(name, email).is_err(), "{name:?} {email:?}");
        }
        assert_eq!(Identity::new("Püll W.", "bot@x").unwrap().to_string(), "Püll W. <bot@x>");
    }
}

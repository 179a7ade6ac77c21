//! From a root tree along a path: what stands there, and which `.gitattributes` apply. Every step's mode is checked.

use std::collections::HashMap;

use super::{
    objects::Objects,
    tree::{self, Entry},
};
use crate::git::{GitError, Mode, Oid, Result, path};

/// Walks trees of one commit, each read once.
pub(super) struct Walker<'o, 'e> {
    objects: &'o mut Objects<'e>,
    root: Oid,
    trees: HashMap<Oid, Vec<Entry>>,
}

/// What a walk came to.
pub(super) struct Walk {
    /// The file; `None` when it or a folder of it is absent.
    pub(super) file: Option<(Oid, Mode)>,
    /// The `.gitattributes` files of the folders on the path, the root's first.
    pub(super) attributes: Vec<(String, Oid)>,
}

impl<'o, 'e> Walker<'o, 'e> {
    /// Begins at a root tree.
    pub(super) fn new(objects: &'o mut Objects<'e>, root: Oid) -> Self {
        Self { objects, root, trees: HashMap::new() }
    }

    /// Walks along `path`: folders all the way and a regular file at the end, or nothing from some step on.
    pub(super) async fn walk(&mut self, path: &str) -> Result<Walk> {
        let segments = path::segments(path)?;
        let mut walk = Walk { file: None, attributes: Vec::new() };
        let mut folder = self.root.clone();
        for (at, segment) in segments.iter().enumerate() {
            let entries = self.entries(&folder).await?;
            let attributes = one(entries, b".gitattributes", path)?;
            // Git does not read attributes through a link, so neither is it a reason to refuse.
            if let Some(entry) = attributes.filter(|entry| Mode::parse(&entry.mode).is_some()) {
                let folders = segments[..at].iter().map(|folder| format!("{folder}/"));
                let name = folders.collect::<String>() + ".gitattributes";
                walk.attributes.push((name, entry.oid.clone()));
            }
            let Some(entry) = one(entries, segment.as_bytes(), path)? else { return Ok(walk) };
            if at + 1 == segments.len() {
                let mode = Mode::parse(&entry.mode).ok_or_else(|| refusal(entry, path))?;
                walk.file = Some((entry.oid.clone(), mode));
            } else if entry.is_folder() {
                folder = entry.oid.clone();
            } else {
                return Err(refusal(entry, &segments[..=at].join("/")));
            }
        }
        Ok(walk)
    }

    /// The entries of the folder at `path`; `None` when it is absent.
    pub(super) async fn folder(&mut self, path: &str) -> Result<Option<Vec<Entry>>> {
        let segments = path::segments(path)?;
        let mut folder = self.root.clone();
        for (at, segment) in segments.iter().enumerate() {
            let entries = self.entries(&folder).await?;
            match one(entries, segment.as_bytes(), path)? {
                None => return Ok(None),
                Some(entry) if entry.is_folder() => folder = entry.oid.clone(),
                Some(entry) => return Err(refusal(entry, &segments[..=at].join("/"))),
            }
        }
        Ok(Some(self.entries(&folder).await?.to_vec()))
    }

    async fn entries(&mut self, oid: &Oid) -> Result<&[Entry]> {
        if !self.trees.contains_key(oid) {
            let bytes = self.objects.tree(oid).await?;
            let entries = tree::parse(&bytes).ok_or_else(|| GitError::Failed {
                step: "cat-file",
                text: format!("{oid} is no well-formed tree"),
            })?;
            self.trees.insert(oid.clone(), entries);
        }
        Ok(&self.trees[oid])
    }
}

/// The entry of this name; two of them are a trap.
fn one<'t>(entries: &'t [Entry], name: &[u8], path: &str) -> Result<Option<&'t Entry>> {
    let mut found = entries.iter().filter(|entry| entry.name == name);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(path::refused(path, "leads through a folder that holds a name twice")),
        (entry, None) => Ok(entry),
    }
}

fn refusal(entry: &Entry, path: &str) -> GitError {
    let rule = match entry.mode.as_str() {
        "120000" => "is a symbolic link",
        "160000" => "is a submodule",
        "40000" | "040000" => "is a folder",
        "100644" | "100755" => "is a file, not a folder",
        _ => "has a mode that is not edited",
    };
    path::refused(path, rule)
}

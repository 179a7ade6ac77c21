//! Assignments, results and fixtures that tests begin with.

use std::{fs, path::PathBuf};

use pullwright_headless::{
    Assignment, Boundary, Brief, BriefError, Familiar, Quote, Repo, Version, Work,
};
use pullwright_redact::Redactor;
use serde_json::Value;

/// A word as a caller would draw it.
pub const RANDOM: &str = "0199f3c2a4d57b6e8c1d2f3a4b5c6d7e";

pub fn boundary() -> Boundary {
    Boundary::new(RANDOM).expect("random enough")
}

/// A token that was never issued, made here so that none stands in a file.
pub fn token() -> String {
    format!("gh{}_{}", "s", "A1b2C3d4E5".repeat(4))
}

pub fn fix(body: &str) -> Work {
    Work::FixIssue {
        number: 42,
        title: Quote::new("alice", "The footer shows last year"),
        body: Quote::new("alice", body),
    }
}

pub fn assignment(work: Work) -> Assignment {
    Assignment {
        repo: Repo {
            owner: "acme".to_owned(),
            name: "site".to_owned(),
            clone_url: "https://github.com/acme/site.git".to_owned(),
            default_branch: "main".to_owned(),
        },
        familiar: Familiar {
            id: "cody".to_owned(),
            display_name: "Cody".to_owned(),
            model: None,
            skills: Vec::new(),
        },
        work,
        exchanges: Vec::new(),
        workspace_root: "/var/lib/pullwright/workspaces/1/tree".to_owned(),
        memory_policy: None,
    }
}

pub fn composed(assignment: &Assignment, version: Version) -> Result<(Brief, String), BriefError> {
    let (brief, bytes) = assignment.compose(version, &boundary(), &Redactor::new())?;
    Ok((brief, String::from_utf8(bytes).expect("UTF-8")))
}

pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// All golden fixtures: version, file name, text.
pub fn fixtures() -> Vec<(Version, String, Vec<u8>)> {
    let mut found = Vec::new();
    for version in Version::ALL {
        for entry in fs::read_dir(folder(&format!("fixtures/v{version}"))).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            found.push((version, name, fs::read(&path).expect("a file")));
        }
    }
    found.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    found
}

pub fn fixture(version: Version, name: &str) -> Value {
    let path = folder(&format!("fixtures/v{version}/{name}.json"));
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

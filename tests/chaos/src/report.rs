//! What a scenario did, and what did not hold.

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

/// The end of a scenario.
#[derive(Debug, Clone)]
pub struct Report {
    /// The seed that repeats it.
    pub seed: u64,
    /// What was done and counted.
    pub facts: Map<String, Value>,
    /// What did not hold, a sentence each; empty when all did.
    pub violations: Vec<String>,
}

impl Report {
    /// A report without anything in it.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, facts: Map::new(), violations: Vec::new() }
    }

    /// Adds a fact.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// Adds a violation unless the claim holds.
    pub(crate) fn hold(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(otherwise());
        }
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut all = json!({"seed": self.seed, "violations": self.violations});
        if let Some(all) = all.as_object_mut() {
            all.extend(self.facts.clone());
        }
        std::fs::write(path, format!("{all:#}\n"))
            .with_context(|| format!("write {}", path.display()))
    }
}

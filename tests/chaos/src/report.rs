//! What a scenario did, and what held of what must.

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

/// Most examples of what is wrong.
const EXAMPLES: usize = 5;

/// Something that must hold.
#[derive(Debug, Clone)]
pub struct Check {
    /// What must hold.
    pub claim: &'static str,
    /// Whether it does.
    pub holds: bool,
    /// What was seen.
    pub seen: String,
    /// Some of what is wrong.
    pub examples: Vec<String>,
}

/// The end of a scenario.
#[derive(Debug, Clone)]
pub struct Report {
    /// The seed that repeats it.
    pub seed: u64,
    /// What was done and counted.
    pub facts: Map<String, Value>,
    /// What must hold, in the order of the scenario.
    pub checks: Vec<Check>,
}

impl Report {
    /// A report without anything in it.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, facts: Map::new(), checks: Vec::new() }
    }

    /// Adds a fact.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// Adds a check.
    pub(crate) fn check(&mut self, claim: &'static str, holds: bool, seen: impl Into<String>) {
        self.checks.push(Check { claim, holds, seen: seen.into(), examples: Vec::new() });
    }

    /// Adds a check that holds when nothing is wrong.
    pub(crate) fn check_none(
        &mut self,
        claim: &'static str,
        wrong: &[String],
        seen: impl Into<String>,
    ) {
        let examples = wrong.iter().take(EXAMPLES).cloned().collect();
        self.checks.push(Check { claim, holds: wrong.is_empty(), seen: seen.into(), examples });
    }

    /// Whether something was checked and all of it holds.
    #[must_use]
    pub fn all_hold(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.holds)
    }

    /// The verdict as a table, a line for each check, with examples below those that are broken.
    #[must_use]
    pub fn table(&self) -> String {
        let width = self.checks.iter().map(|check| check.claim.len()).max().unwrap_or_default();
        let line = |check: &Check| {
            let holds = if check.holds { "holds" } else { "BROKEN" };
            let examples = check.examples.iter().map(|one| format!("          {one}\n"));
            let examples: String = examples.collect();
            format!("  {holds:<6}  {:<width$}  {}\n{examples}", check.claim, check.seen)
        };
        self.checks.iter().map(line).collect()
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let check = |check: &Check| json!({"claim": check.claim, "holds": check.holds, "seen": check.seen, "examples": check.examples});
        let checks: Vec<Value> = self.checks.iter().map(check).collect();
        let mut all = json!({"seed": self.seed, "all_hold": self.all_hold(), "checks": checks});
        if let Some(all) = all.as_object_mut() {
            all.extend(self.facts.clone());
        }
        std::fs::write(path, format!("{all:#}\n"))
            .with_context(|| format!("write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_checked_is_not_all_held_and_one_broken_breaks_all() {
        let mut report = Report::new(1);
        assert!(!report.all_hold());
        report.check("a", true, "1 of 1");
        assert!(report.all_hold());
        report.check_none("a longer one", &["this".to_owned()], "0 of 1");
        assert!(!report.all_hold());
        assert_eq!(
            report.table(),
            "  holds   a             1 of 1\n  BROKEN  a longer one  0 of 1\n          this\n"
        );
    }
}

//! The list of rules and the counting of what they met. It does not know how a fault is done to an answer.

use std::sync::Mutex;

use super::glob;
use crate::app::lock;
use crate::error::ForgeError;
use crate::world::{Fault, FaultKind, FaultRecord};

/// A request as a rule sees it.
pub(crate) struct Meeting<'a> {
    /// Name of the route.
    pub(crate) route: &'a str,
    /// Method.
    pub(crate) method: &'a str,
    /// Path.
    pub(crate) path: &'a str,
}

/// The list of rules, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Default)]
struct State {
    last_id: u64,
    rules: Vec<FaultRecord>,
}

impl Faults {
    /// Adds a rule at the end and returns its id.
    pub(crate) fn add(&self, fault: Fault) -> Result<u64, ForgeError> {
        if fault.route.is_none() && fault.path.is_none() && fault.method.is_none() {
            return Err(ForgeError::invalid("fault", "one of route, method and path is needed"));
        }
        let mut state = lock(&self.0);
        state.last_id += 1;
        let id = state.last_id;
        state.rules.push(FaultRecord { id, fault, skipped: 0, struck: 0 });
        Ok(id)
    }

    /// Lists the rules, spent ones included.
    pub(crate) fn list(&self) -> Vec<FaultRecord> {
        lock(&self.0).rules.clone()
    }

    /// Removes all rules.
    pub(crate) fn clear(&self) {
        lock(&self.0).rules.clear();
    }

    /// Finds the first rule that meets a request, and counts it.
    pub(crate) fn meet(&self, meeting: &Meeting<'_>) -> Option<(u64, FaultKind)> {
        let mut state = lock(&self.0);
        for rule in state.rules.iter_mut().filter(|rule| covers(&rule.fault, meeting)) {
            if rule.fault.count.is_some_and(|count| rule.struck >= count) {
                continue;
            }
            if rule.skipped < rule.fault.skip {
                rule.skipped += 1;
                continue;
            }
            rule.struck += 1;
            return Some((rule.id, rule.fault.kind.clone()));
        }
        None
    }
}

fn covers(fault: &Fault, meeting: &Meeting<'_>) -> bool {
    let fits = |pattern: &Option<String>, text: &str| {
        pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, text))
    };
    let method =
        fault.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(meeting.method));
    method && fits(&fault.route, meeting.route) && fits(&fault.path, meeting.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_skips_first_and_is_spent_after_its_count() {
        let faults = Faults::default();
        faults.add(Fault::on("pulls.create", FaultKind::Hang).after(1).times(2)).unwrap();
        let meeting = Meeting { route: "pulls.create", method: "POST", path: "/" };
        let met: Vec<bool> = (0..4).map(|_| faults.meet(&meeting).is_some()).collect();
        assert_eq!(met, [false, true, true, false]);
        assert!(faults.meet(&Meeting { route: "pulls.list", method: "GET", path: "/" }).is_none());
        assert_eq!(faults.list()[0].struck, 2);
    }

    #[test]
    fn a_rule_that_names_nothing_is_refused() {
        let mut fault = Fault::on("x", FaultKind::Hang);
        fault.route = None;
        assert!(Faults::default().add(fault).is_err());
    }
}

//! Which policy a delivery falls under: its hook's own, or the forge's. It does not know what a policy does.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::app::lock;
use crate::world::{DeliveryPolicy, Fate, PolicyRecord};

/// The policies of a forge; none means that nothing happens to deliveries.
#[derive(Default)]
pub(crate) struct Policies(Mutex<State>);

#[derive(Default)]
struct State {
    forge: PolicyRecord,
    hooks: HashMap<u64, PolicyRecord>,
}

impl State {
    fn record(&mut self, hook: u64) -> &mut PolicyRecord {
        self.hooks.get_mut(&hook).unwrap_or(&mut self.forge)
    }
}

impl Policies {
    /// Sets the policy of a hook, or of all that have none of their own; draws and counts begin anew.
    pub(crate) fn set(&self, hook: Option<u64>, policy: DeliveryPolicy) {
        let mut state = lock(&self.0);
        let record = PolicyRecord::new(policy);
        match hook {
            Some(hook) => {
                state.hooks.insert(hook, record);
            }
            None => state.forge = record,
        }
    }

    /// Removes all policies.
    pub(crate) fn clear(&self) {
        *lock(&self.0) = State::default();
    }

    /// Returns the policy that a hook falls under, or the forge's.
    pub(crate) fn record(&self, hook: Option<u64>) -> PolicyRecord {
        let mut state = lock(&self.0);
        match hook {
            Some(hook) => state.record(hook).clone(),
            None => state.forge.clone(),
        }
    }

    /// Returns how many deliveries of a hook wait together, and how many are on the way at a time; at least one each.
    pub(super) fn widths(&self, hook: u64) -> (usize, usize) {
        let mut state = lock(&self.0);
        let policy = &state.record(hook).policy;
        (policy.reorder_window.max(1), policy.concurrency.max(1))
    }

    /// Chooses which of the waiting deliveries of a hook leaves first.
    pub(super) fn choose(&self, hook: u64, waiting: usize) -> usize {
        lock(&self.0).record(hook).choose(waiting)
    }

    /// Draws what becomes of the next delivery of a hook.
    pub(super) fn draw(&self, hook: u64, redelivery: bool) -> Fate {
        let mut state = lock(&self.0);
        let record = state.record(hook);
        if redelivery && !record.policy.redeliveries { Fate::default() } else { record.draw() }
    }
}

//! Counts visited bytes and nodes per thread, so that tests can hold the work against the size of the input without a clock.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// Adds `units` to this thread's count.
pub(crate) fn add(units: usize) {
    STEPS.with(|steps| steps.set(steps.get() + units));
}

/// Counts what `work` visits.
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> usize {
    let before = STEPS.with(Cell::get);
    work();
    STEPS.with(Cell::get) - before
}

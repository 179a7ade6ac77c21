//! Tells those who wait for jobs that there may be one. Knows no job.

/// Wakes waiting leases after a commit.
#[derive(Debug, Clone, Default)]
pub struct Wakeup;

impl Wakeup {
    /// Says that a job may be due; call it after the commit.
    pub fn poke(&self) {}
}

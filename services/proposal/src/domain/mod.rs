//! The ledger's rules: states, diffs, metrics, studies, branches. Pure: no I/O, no clock, no wire types, no SQL.

pub mod branch;
pub mod chain;
pub mod confidence;
pub mod delivery;
pub mod detail;
pub mod diff;
pub mod digest;
pub mod explain;
pub mod generation;
pub mod job;
pub mod lease;
pub mod metrics;
pub mod orphan;
pub mod proposal;
pub mod retry;
pub mod schedule;
pub mod seed;
pub mod study;
pub mod text;
pub mod trial;
pub mod usage;
pub mod violation;

pub use detail::{Detail, StudySummary};
pub use digest::{Digest, FollowUp};
pub use generation::{Announcement, Generation, PullRequest};
pub use metrics::{Direction, MetricDelta, MetricDeltas, Objective};
pub use proposal::{Proposal, PullRequestState, Status};
pub use study::Study;
pub use trial::{Trial, TrialStatus};
pub use violation::{Violation, Violations};

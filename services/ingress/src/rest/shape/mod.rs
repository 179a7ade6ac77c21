//! How resources look over REST, and how they are made from the contract's messages. Knows no calls.

mod answer;
mod check;
mod cluster;
mod confidence;
mod config_repo;
mod delivery;
mod digest;
mod event;
mod list;
mod lock;
mod metric_delta;
mod preview;
mod proposal;
mod query_template;
mod raw;
mod study;
mod time;
mod watched_repository;
mod why;
pub(crate) mod words;

pub(crate) use answer::{Gone, One, Tagged, Versioned};
pub(crate) use check::Check;
pub(crate) use cluster::Cluster;
pub(crate) use config_repo::{ConfigRepo, WebhookSecretRotation};
pub(crate) use delivery::{Content, Delivery};
pub(crate) use digest::Digest;
pub(crate) use event::Event;
pub(crate) use list::Counted;
pub(crate) use lock::Lock;
pub(crate) use preview::Preview;
pub(crate) use proposal::{ProposalDetail, ProposalSummary};
pub(crate) use query_template::QueryTemplate;
pub(crate) use study::{RecordedStudy, Study, StudySummary};
pub(crate) use watched_repository::WatchedRepository;
pub(crate) use why::Why;

/// A message that is not as the contract has it: our fault, and the log says where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct OffContract(pub(crate) &'static str);

type Result<T> = std::result::Result<T, OffContract>;

/// A text that may be absent: empty over gRPC, null over REST.
pub(crate) fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// GitHub's id of something, which is 0 over gRPC and null over REST when it is not known.
pub(crate) fn known(id: i64) -> Option<i64> {
    (id != 0).then_some(id)
}

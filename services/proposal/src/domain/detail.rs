//! A proposal with what is shown beside it.

use uuid::Uuid;

use super::{Digest, Proposal, generation::Expected, proposal::Change};

/// A study in short.
#[derive(Debug, Clone, PartialEq)]
pub struct StudySummary {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `completed` for every study that was not seeded otherwise.
    pub status: String,
    /// The best value of its objective.
    pub best_metric: Option<f64>,
    /// The best trial.
    pub best_trial_id: Option<Uuid>,
    /// The queries it was measured with; none unless it was seeded.
    pub query_set: Option<QuerySet>,
    /// The judgments it was measured by; none unless it was seeded.
    pub judgment_list: Option<JudgmentList>,
}

/// A set of queries in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuerySet {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many queries it has.
    pub query_count: i32,
}

/// A list of judgments in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgmentList {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `generating`, `complete` or `failed`.
    pub status: String,
}

/// A proposal with what is shown beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The proposal.
    pub proposal: Proposal,
    /// Its diff, sorted by key; empty in lists.
    pub changes: Vec<Change>,
    /// Its study; none for a manual proposal and in lists.
    pub study: Option<StudySummary>,
    /// Its study's digest; none until there is one, and in lists.
    pub digest: Option<Digest>,
    /// The branch of its current generation.
    pub branch: Option<String>,
    /// What was expected when its current generation was asked for.
    pub expected: Expected,
    /// The hash, in hex, of the patch that its current generation opened.
    pub patch_sha256: Option<String>,
    /// Whether it is the newest merge of its config repository.
    pub is_currently_live: bool,
    /// Whether a job that opens its pull request is waiting or running.
    pub is_opening: bool,
}

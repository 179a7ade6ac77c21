//! A proposal and its states.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::{MetricDeltas, job::Standing};

/// Where a proposal stands.
///
/// ```text
///            ┌──open again, once closed──┐
///            ▼                           │
///  ┌────▶ pending ──────open──────▶ pr_opened ──────▶ pr_merged
///  │         ├───────reject─────────────┤                ▲
///  │         │                          ├──▶ rejected ───┤
///  │         └──────supersede───────────┤                │ GitHub wins
///  └───────reinstate────────────────────┴──▶ superseded ─┘
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Waits to be opened, or is being opened.
    Pending,
    /// Its pull request exists, open or closed.
    PrOpened,
    /// Its pull request was merged; final.
    PrMerged,
    /// A person said no.
    Rejected,
    /// A better proposal replaced it.
    Superseded,
}

impl Status {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::PrOpened, Self::PrMerged, Self::Rejected, Self::Superseded];

    /// The state's name, as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::PrOpened => "pr_opened",
            Self::PrMerged => "pr_merged",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What GitHub last said about a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PullRequestState {
    /// Open.
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged; final.
    Merged,
}

impl PullRequestState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Merged];

    /// The state's name, as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for PullRequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A cluster as the proposal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its id in the registry.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `elasticsearch`, `opensearch` or `solr`.
    pub engine_type: String,
    /// `prod`, `staging` or `dev`.
    pub environment: String,
}

/// A query template as the proposal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id in the registry.
    pub id: Uuid,
    /// Its name, which is its params file's name.
    pub name: String,
    /// Its version.
    pub version: i32,
    /// `elasticsearch`, `opensearch` or `solr`.
    pub engine_type: String,
}

/// One changed parameter; both values are JSON texts, spelled as the caller did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The parameter.
    pub key: String,
    /// The value that is expected in the file.
    pub from_json: String,
    /// The value to write.
    pub to_json: String,
}

/// A proposal: an approved parameter diff on its way to a pull request.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// The study that made it; none for a manual proposal.
    pub study_id: Option<Uuid>,
    /// The winning trial.
    pub study_trial_id: Option<Uuid>,
    /// The cluster whose folder is edited.
    pub cluster: Cluster,
    /// The template whose params file is edited.
    pub template: Template,
    /// The config repository that its cluster was wired to when it was created or last sent on its way.
    pub config_repo_id: Option<Uuid>,
    /// The hash of its diff (`pullwright_params::hash`).
    pub config_diff_sha256: Vec<u8>,
    /// What the change did to the metrics; none when nobody said.
    pub metric_delta: Option<MetricDeltas>,
    /// Where it stands.
    pub status: Status,
    /// The current generation, whose pull request is shown; 0 before it was first sent on its way.
    pub generation: i32,
    /// What GitHub last said about the current generation's pull request.
    pub pr_state: Option<PullRequestState>,
    /// The pull request's page.
    pub pr_url: Option<String>,
    /// The pull request's number.
    pub pr_number: Option<i64>,
    /// When it was merged.
    pub pr_merged_at: Option<Timestamp>,
    /// GitHub's `updated_at` of what is known.
    pub pr_updated_at: Option<Timestamp>,
    /// Why opening it last ended, as `CODE: text`.
    pub pr_open_error: Option<String>,
    /// Why a person rejected it.
    pub rejected_reason: Option<String>,
    /// The proposal that it gave way to; none also when nobody said.
    pub superseded_by: Option<Uuid>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Proposal {
    /// What decides whether a job is still wanted of it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let Self { status, pr_state, generation, .. } = *self;
        Standing { status, pull_request: pr_state, generation }
    }

    /// The generation that opening its pull request now is about; none when its state does not allow that.
    #[must_use]
    pub fn openable_generation(&self) -> Option<i32> {
        match (self.status, self.pr_state) {
            (Status::Pending, _) => Some(self.generation.max(1)),
            (Status::PrOpened, Some(PullRequestState::Closed)) => Some(self.generation + 1),
            (Status::PrOpened | Status::PrMerged | Status::Rejected | Status::Superseded, _) => {
                None
            }
        }
    }
}

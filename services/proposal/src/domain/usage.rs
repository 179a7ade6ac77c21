//! What proposals need of the registry, and what stands against its deletion. Pure.

use std::fmt;

use uuid::Uuid;

use super::{PullRequestState, Status, job::Kind};

/// What the registry keeps and a proposal needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A config repository.
    ConfigRepo,
    /// A cluster.
    Cluster,
    /// One version of a query template.
    QueryTemplate,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConfigRepo => "config repository",
            Self::Cluster => "cluster",
            Self::QueryTemplate => "query template",
        })
    }
}

/// An unfinished proposal that needs what is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The proposal, the oldest of them.
    pub proposal_id: Uuid,
    /// Where it stands.
    pub status: Status,
    /// What GitHub last said about its pull request.
    pub pull_request: Option<PullRequestState>,
    /// A job of it that is not over.
    pub job: Option<Kind>,
    /// How many unfinished proposals need it, this one counted.
    pub count: i64,
}

impl Need {
    /// How it stands and what ends that.
    fn standing(&self) -> (&'static str, &'static str) {
        match (self.status, self.pull_request, self.job) {
            (Status::Pending, _, Some(Kind::OpenPullRequest)) => (
                "which is pending, its pull request on its way",
                "wait for the pull request and merge it, or reject the proposal",
            ),
            (Status::Pending, _, _) => ("which is pending", "reject it"),
            (Status::PrOpened, Some(PullRequestState::Closed), _) => {
                ("whose pull request is closed but may be opened again", "reject the proposal")
            }
            (Status::PrOpened, _, _) => {
                ("whose pull request is open", "merge the pull request or reject the proposal")
            }
            (
                Status::PrMerged | Status::Rejected | Status::Superseded,
                _,
                Some(Kind::ClosePullRequest),
            ) => ("whose pull request is being closed", "wait until it is closed"),
            (Status::PrMerged | Status::Rejected | Status::Superseded, _, _) => {
                ("which has a job that is not over", "wait until the job is over")
            }
        }
    }
}

/// Says who needs it and what to do: `is needed by …: …, then delete again`.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (standing, remedy) = self.standing();
        write!(f, "is needed by proposal {}, {standing}", self.proposal_id)?;
        match self.count - 1 {
            more if more <= 0 => write!(f, ": {remedy}, then delete again"),
            1 => write!(
                f,
                ", and by 1 more unfinished proposal: {remedy}, and so on, then delete again"
            ),
            more => write!(
                f,
                ", and by {more} more unfinished proposals: {remedy}, and so on, then delete again"
            ),
        }
    }
}

/// What must be deleted before something else is, in a development environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependent {
    /// A study has a proposal.
    ProposalOfStudy,
    /// A study has a digest.
    DigestOfStudy,
    /// A judgment list has a study.
    StudyOfJudgmentList,
    /// A query set has a study.
    StudyOfQuerySet,
    /// A query set has a judgment list.
    JudgmentListOfQuerySet,
    /// A query template has a study.
    StudyOfQueryTemplate,
    /// A query template has a proposal.
    ProposalOfQueryTemplate,
    /// A query template has a judgment list.
    JudgmentListOfQueryTemplate,
}

impl Dependent {
    /// What is to be deleted, and what depends on it.
    #[must_use]
    pub fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::ProposalOfStudy => ("study", "proposal"),
            Self::DigestOfStudy => ("study", "digest"),
            Self::StudyOfJudgmentList => ("judgment list", "study"),
            Self::StudyOfQuerySet => ("query set", "study"),
            Self::JudgmentListOfQuerySet => ("query set", "judgment list"),
            Self::StudyOfQueryTemplate => ("query template", "study"),
            Self::ProposalOfQueryTemplate => ("query template", "proposal"),
            Self::JudgmentListOfQueryTemplate => ("query template", "judgment list"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Status::Pending, None, None, "which is pending: reject it,")]
    #[case(
        Status::Pending,
        None,
        Some(Kind::OpenPullRequest),
        "on its way: wait for the pull request and merge it, or reject"
    )]
    #[case(
        Status::PrOpened,
        Some(PullRequestState::Open),
        None,
        "whose pull request is open: merge"
    )]
    #[case(
        Status::PrOpened,
        Some(PullRequestState::Closed),
        None,
        "may be opened again: reject the proposal,"
    )]
    #[case(
        Status::Rejected,
        Some(PullRequestState::Open),
        Some(Kind::ClosePullRequest),
        "is being closed: wait"
    )]
    #[case(
        Status::PrMerged,
        Some(PullRequestState::Merged),
        Some(Kind::CommentPullRequest),
        "a job that is not over: wait"
    )]
    fn the_refusal_says_what_ends_it(
        #[case] status: Status,
        #[case] pull_request: Option<PullRequestState>,
        #[case] job: Option<Kind>,
        #[case] said: &str,
    ) {
        let need = Need { proposal_id: Uuid::nil(), status, pull_request, job, count: 1 };
        assert!(need.to_string().contains(said), "{need}");
    }

    #[test]
    fn the_others_are_counted() {
        let need = |count| {
            let (status, proposal_id) = (Status::Pending, Uuid::nil());
            Need { proposal_id, status, pull_request: None, job: None, count }.to_string()
        };
        assert!(!need(1).contains("more"));
        assert!(need(2).contains("1 more unfinished proposal:"));
        assert!(need(3).contains("2 more unfinished proposals:"));
    }
}

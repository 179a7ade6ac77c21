//! Why a proposal is where it is: one sentence for people, and what they can do. Pure: it is shown facts and told the time.
//!
//! Knows no state that the rest of the domain does not: it only finds words.

mod ended;
mod opened;
mod pending;
mod remedy;
mod watch;
mod when;
mod words;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Proposal, PullRequestState, Status, job::Kind};
pub use watch::Watch;
pub use work::{Work, WorkState};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The event's id, growing with time.
    pub id: i64,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// The facts, by name.
    pub facts: BTreeMap<String, String>,
    /// When.
    pub at: Timestamp,
}

/// All that a proposal is explained by.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The time, by the clock that wrote all the others.
    pub now: Timestamp,
    /// The proposal.
    pub proposal: Proposal,
    /// Whether there is anything to change; not before a study's digest.
    pub has_changes: bool,
    /// Why asking for its pull request would be refused now, with the remedy, as far as somebody looked.
    pub obstacle: Option<String>,
    /// Owner and name of the repository that its current generation writes to.
    pub repository: Option<String>,
    /// The branch of its current generation.
    pub branch: Option<String>,
    /// Whether a pull request of any of its generations is open as far as is known.
    pub has_open_pull_request: bool,
    /// The live proposal of its repository, and when that was merged.
    pub live: Option<(Uuid, Timestamp)>,
    /// How its pull request is watched, while it is open or closed.
    pub watch: Option<Watch>,
    /// Its jobs that are not over.
    pub work: Vec<Work>,
    /// The last event of each kind, and of each job's kind where an event has one; in no particular order.
    pub told: Vec<Told>,
}

/// Where a proposal stands, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// One sentence.
    pub sentence: String,
    /// What is being worked on or waited for.
    pub work: Option<Work>,
    /// What was tried last and failed.
    pub last_failure: Option<Failure>,
    /// What a person can do, the most useful first.
    pub actions: Vec<Action>,
}

/// An attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The reason, in capitals.
    pub reason: String,
    /// What happened, for people.
    pub message: String,
    /// When.
    pub at: Timestamp,
    /// Whether it will be tried again.
    pub will_retry: bool,
}

/// Something that a person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What, as a sentence.
    pub description: String,
    /// The call; empty when it is to be done elsewhere.
    pub method: &'static str,
}

impl Action {
    fn call(method: &'static str, description: impl Into<String>) -> Self {
        Self { description: description.into(), method }
    }

    fn elsewhere(description: impl Into<String>) -> Self {
        Self::call("", description)
    }

    fn reject() -> Self {
        Self::call("RejectProposal", "Reject the proposal.")
    }

    fn preview() -> Self {
        Self::call("PreviewPullRequest", "Look at what would be opened; nothing is written.")
    }
}

/// Says where a proposal stands, what was tried, what happens next and when, and what a person can do.
#[must_use]
pub fn explain(facts: &Facts) -> Explanation {
    let (clause, actions) = match (facts.proposal.status, facts.proposal.pr_state) {
        (Status::Pending, _) => pending::explain(facts),
        (Status::PrOpened, Some(PullRequestState::Closed)) => opened::closed(facts),
        (Status::PrOpened, _) => opened::open(facts),
        (Status::PrMerged, _) => ended::merged(facts),
        (Status::Rejected, _) => ended::rejected(facts),
        (Status::Superseded, _) => ended::superseded(facts),
    };
    Explanation {
        sentence: words::sentence(&clause),
        work: facts.foremost().cloned(),
        last_failure: facts.last_failure(),
        actions,
    }
}

/// What is told of an attempt or of a job's end that failed.
const FAILURES: [&str; 5] =
    ["attempt_failed", "open_failed", "close_failed", "comment_failed", "tidy_failed"];

impl Facts {
    /// Whether it waits for nothing but somebody who asks for its pull request.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.proposal.status == Status::Pending
            && self.has_changes
            && self.proposal.pr_open_error.is_none()
            && self.work(Kind::OpenPullRequest).is_none()
    }

    /// The last event of one of these kinds.
    fn last(&self, kinds: &[&str]) -> Option<&Told> {
        let told = self.told.iter().filter(|told| kinds.contains(&told.kind.as_str()));
        told.max_by_key(|told| told.id)
    }

    /// The last event of this kind about a kind of jobs.
    fn last_of(&self, kind: &str, job: Kind) -> Option<&Told> {
        let is_about = |told: &&Told| told.fact("job") == Some(job.as_str());
        self.told
            .iter()
            .filter(|told| told.kind == kind)
            .filter(is_about)
            .max_by_key(|told| told.id)
    }

    /// The job of a kind that is not over: the one that runs, else that of the newest generation.
    fn work(&self, kind: Kind) -> Option<&Work> {
        let work = self.work.iter().filter(|work| work.kind == kind);
        work.max_by_key(|work| (work.is_running(), work.generation))
    }

    /// The job that matters most to where the proposal stands.
    fn foremost(&self) -> Option<&Work> {
        Kind::ALL.into_iter().find_map(|kind| self.work(kind))
    }

    fn last_failure(&self) -> Option<Failure> {
        let told = self.last(&FAILURES)?;
        let job = told.fact("job").and_then(Kind::parse);
        Some(Failure {
            reason: told.fact("reason").unwrap_or_default().to_owned(),
            message: told.fact("message").unwrap_or_default().to_owned(),
            at: told.at,
            will_retry: told.kind == "attempt_failed"
                && job.is_some_and(|job| self.work(job).is_some()),
        })
    }

    /// The pull request as people call it, with its page.
    fn pull_request(&self) -> String {
        let Proposal { pr_number, pr_url, .. } = &self.proposal;
        match (pr_number, pr_url) {
            (Some(number), Some(url)) => format!("pull request #{number} ({url})"),
            (None, Some(url)) => format!("pull request {url}"),
            (Some(number), None) => format!("pull request #{number}"),
            (None, None) => "its pull request".to_owned(),
        }
    }

    /// A point in time, absolute and as far from now as it is.
    fn when(&self, at: Timestamp) -> String {
        when::when(at, self.now)
    }

    /// Who did something, and when: ` by olga at …`; nothing when it is not known.
    fn by(&self, told: Option<&Told>) -> String {
        told.map(|told| format!(" by {} at {}", told.actor, self.when(told.at))).unwrap_or_default()
    }
}

impl Told {
    fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

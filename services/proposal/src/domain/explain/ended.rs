//! A proposal that was merged, rejected or superseded, and what becomes of a pull request that nobody wants.

use super::{
    Action, Facts, Told,
    words::{problem, quote},
    work,
};
use crate::domain::{PullRequestState, job::Kind};

pub(super) fn merged(facts: &Facts) -> (String, Vec<Action>) {
    let at = facts.proposal.pr_merged_at.map(|at| format!(" at {}", facts.when(at)));
    let although = match facts.last(&["merged_after_rejection"]) {
        Some(_) => ", although nobody here wanted it any more",
        None => "",
    };
    let place = facts.repository.as_deref().unwrap_or("its config repository");
    let live = match facts.live {
        Some((id, _)) if id == facts.proposal.id => {
            format!("is what is live in {place} now")
        }
        Some((id, since)) => {
            format!("what is live in {place} now is proposal {id}, merged at {}", facts.when(since),)
        }
        None => format!("nothing tells what is live in {place} now"),
    };
    let (left, actions) = match facts.work(Kind::ClosePullRequest) {
        Some(job) => {
            let closing = work::clause(facts, job);
            (format!("of another pull request of this proposal: {closing}"), Vec::new())
        }
        None if facts.has_open_pull_request => (
            "another pull request of this proposal is still open on GitHub: close it there"
                .to_owned(),
            vec![close_there()],
        ),
        None => ("nothing is left to do".to_owned(), Vec::new()),
    };
    let clause = format!(
        "{} was merged{}{although}, and {live}; {left}",
        facts.pull_request(),
        at.unwrap_or_default(),
    );
    (clause, actions)
}

fn close_there() -> Action {
    Action::elsewhere("Close the pull request on GitHub.")
}

fn delete_branch() -> Action {
    Action::elsewhere("Delete the branch on GitHub if nobody needs it.")
}

pub(super) fn rejected(facts: &Facts) -> (String, Vec<Action>) {
    let told = facts.last(&["proposal_rejected"]);
    let reason = facts.proposal.rejected_reason.as_deref();
    let reason =
        reason.map(|reason| format!(" with the words {}", quote(reason))).unwrap_or_default();
    let (calling_back, mut actions) = calling_back(facts, told);
    let clause = format!(
        "this proposal was rejected{}{reason}; {calling_back}; to try the same change again, create a new proposal",
        facts.by(told),
    );
    actions.push(Action::call("CreateProposal", "Create a new proposal for the same change."));
    (clause, actions)
}

pub(super) fn superseded(facts: &Facts) -> (String, Vec<Action>) {
    let told = facts.last(&["proposal_superseded"]);
    let at = told.map(|told| format!(" at {}", facts.when(told.at))).unwrap_or_default();
    let is_chain = told.is_some_and(|told| told.fact("chain_anchor_id").is_some());
    let how = match facts.proposal.superseded_by {
        Some(by) if is_chain => format!("gave way to proposal {by}, the best of its chain,{at}"),
        Some(by) => format!("was superseded{} in favour of proposal {by}", facts.by(told)),
        None => format!("was superseded{}", facts.by(told)),
    };
    let (calling_back, mut actions) = calling_back(facts, told);
    let is_called_back = [Kind::OpenPullRequest, Kind::ClosePullRequest]
        .into_iter()
        .any(|kind| facts.work(kind).is_some());
    let then = match (is_called_back, facts.has_open_pull_request) {
        (true, _) => "it can be reinstated once that is done",
        (false, true) => "it can be reinstated once the pull request is closed",
        (false, false) => {
            let again = "Make it pending again, so that it can be opened.";
            actions.push(Action::call("ReinstateProposal", again));
            "it can be reinstated"
        }
    };
    (format!("this proposal {how}; {calling_back}; {then}"), actions)
}

/// What becomes of the pull request of a proposal that came to its end with `end`.
fn calling_back(facts: &Facts, end: Option<&Told>) -> (String, Vec<Action>) {
    if let Some(job) = facts.work(Kind::ClosePullRequest) {
        return (work::clause(facts, job), Vec::new());
    }
    if facts.work(Kind::OpenPullRequest).is_some() {
        let clause =
            "the runner that was opening its pull request is told to stop before its next step";
        return (clause.to_owned(), Vec::new());
    }
    let since = end.map_or(0, |told| told.id);
    let closed = facts.last(&["close_completed", "close_failed"]).filter(|told| told.id > since);
    match closed {
        Some(told) if told.kind == "close_failed" => failed(facts, told),
        closed if facts.has_open_pull_request => {
            let since = closed.map_or(since, |told| told.id);
            (open(facts, since), vec![close_there()])
        }
        Some(told) => completed(facts, told),
        None if facts.proposal.pr_state.is_some() => {
            (format!("{} had been closed before", facts.pull_request()), Vec::new())
        }
        None => ("there was no pull request to close".to_owned(), Vec::new()),
    }
}

/// Somebody opened it again, or it was never closed.
fn open(facts: &Facts, since: i64) -> String {
    let pull_request = facts.pull_request();
    match facts.last(&["pull_request_reopened"]).filter(|told| told.id > since) {
        Some(told) => format!(
            "{pull_request} was reopened on GitHub at {}, and nothing here closes it again: close it there",
            facts.when(told.at),
        ),
        None => format!("{pull_request} is still open on GitHub: close it there"),
    }
}

fn failed(facts: &Facts, told: &Told) -> (String, Vec<Action>) {
    let reason = told.fact("reason").unwrap_or("UNKNOWN");
    let problem = problem(reason, told.fact("message").unwrap_or_default());
    if facts.proposal.pr_state == Some(PullRequestState::Closed) {
        let clause = format!(
            "closing its pull request was given up at {}: {problem}; {} is closed, but branch {} may be left",
            facts.when(told.at),
            facts.pull_request(),
            facts.branch.as_deref().unwrap_or("of it"),
        );
        return (clause, vec![delete_branch()]);
    }
    let clause = format!(
        "closing its pull request was given up at {}: {problem}; close {} on GitHub and delete its branch",
        facts.when(told.at),
        facts.pull_request(),
    );
    (clause, vec![Action::elsewhere("Close the pull request on GitHub, and delete its branch.")])
}

fn completed(facts: &Facts, told: &Told) -> (String, Vec<Action>) {
    let what = match facts.proposal.pr_state {
        Some(_) => format!("{} is closed", facts.pull_request()),
        None => "there was no pull request".to_owned(),
    };
    if told.fact("branch_deleted") == Some("true") {
        return (format!("{what}, and its branch is gone"), Vec::new());
    }
    let branch = facts.branch.as_deref().unwrap_or("of it");
    let why = told.fact("branch_kept_reason").map(|why| format!(" since {}", quote(why)));
    let clause = format!("{what}, but branch {branch} was kept{}", why.unwrap_or_default());
    (clause, vec![delete_branch()])
}

//! A proposal whose pull request exists: people on GitHub decide.

use super::{
    Action, Facts, watch,
    words::{problem, quote},
    work,
};
use crate::domain::job::Kind;

pub(super) fn open(facts: &Facts) -> (String, Vec<Action>) {
    const OPENED: [&str; 3] = ["pull_request_opened", "pull_request_seen", "pull_request_reopened"];
    if let Some(gone) = watch::gone(facts, "open") {
        return gone;
    }
    let since = facts.last(&OPENED).map(|told| format!(" since {}", facts.when(told.at)));
    let clause = format!(
        "{} has been open{} and waits for somebody on GitHub to merge or close it{}",
        facts.pull_request(),
        since.unwrap_or_default(),
        [adopted(facts), comment(facts), kept(facts), watch::clause(facts)].concat(),
    );
    let actions = vec![
        Action::elsewhere("Merge the pull request on GitHub, or close it there."),
        Action::call("RejectProposal", "Reject the proposal; its pull request is closed, too."),
    ];
    (clause, actions)
}

fn adopted(facts: &Facts) -> String {
    let opened = facts.last(&["pull_request_opened"]);
    match opened.and_then(|told| told.fact("adopted")) {
        Some("true") => {
            "; what an earlier attempt had left of it on GitHub was kept and taken over".to_owned()
        }
        _ => String::new(),
    }
}

fn comment(facts: &Facts) -> String {
    if let Some(job) = facts.work(Kind::CommentPullRequest) {
        return match job.last_problem {
            Some(_) => format!("; {}", work::clause(facts, job)),
            None => "; the comment with the chart is on its way".to_owned(),
        };
    }
    let failed = facts.last(&["comment_failed"]);
    let opened = facts.last(&["pull_request_opened"]).map_or(0, |told| told.id);
    failed
        .filter(|told| told.id > opened)
        .map(|told| {
            let (reason, message) = (told.fact("reason"), told.fact("message"));
            let problem = problem(reason.unwrap_or("UNKNOWN"), message.unwrap_or_default());
            format!("; the comment with the chart could not be written: {problem}")
        })
        .unwrap_or_default()
}

/// Tidying up told that it left a branch alone.
fn kept(facts: &Facts) -> String {
    let tidied = facts.last(&["tidied"]).and_then(|told| told.fact("branch_kept_reason"));
    tidied.map(|reason| format!("; its branch was kept: {}", quote(reason))).unwrap_or_default()
}

pub(super) fn closed(facts: &Facts) -> (String, Vec<Action>) {
    if let Some(gone) = watch::gone(facts, "closed") {
        return gone;
    }
    let told = facts.last(&["pull_request_closed"]);
    let by = told.filter(|told| !["github", "runner", "reconciler"].contains(&told.actor.as_str()));
    let at = told.map(|told| format!(" at {}", facts.when(told.at))).unwrap_or_default();
    let by = by.map(|told| format!(" by {}", told.actor)).unwrap_or_default();
    let clause = format!(
        "{} was closed without a merge{by}{at}, and nothing happens by itself: call open_pr for a new one, reopen it on GitHub, or reject the proposal{}",
        facts.pull_request(),
        watch::clause(facts),
    );
    let actions = vec![
        Action::call("OpenPullRequest", "Open a new pull request, from a new branch."),
        Action::elsewhere("Reopen the pull request on GitHub."),
        Action::preview(),
        Action::reject(),
    ];
    (clause, actions)
}

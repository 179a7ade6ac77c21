//! A proposal without a pull request: not asked for, under way, or given up.

use super::{
    Action, Facts, Told,
    remedy::{Remedy, remedy},
    words::problem,
    work,
};
use crate::domain::job::Kind;

pub(super) fn explain(facts: &Facts) -> (String, Vec<Action>) {
    if let Some(job) = facts.work(Kind::OpenPullRequest) {
        let mut actions = vec![Action::reject()];
        if !job.is_running() && job.last_problem.is_some() {
            let again = Action::call("OpenPullRequest", "Have it tried at once.");
            actions.insert(0, again);
        }
        return (work::clause(facts, job), actions);
    }
    match &facts.proposal.pr_open_error {
        _ if !facts.has_changes => undigested(facts),
        Some(error) => failed(facts, error),
        None => match &facts.obstacle {
            Some(obstacle) => obstructed(facts, obstacle),
            None => (ready(facts), vec![open(), Action::preview(), Action::reject()]),
        },
    }
}

fn obstructed(facts: &Facts, obstacle: &str) -> (String, Vec<Action>) {
    let since = facts.when(facts.proposal.created_at);
    let clause = format!("this proposal is pending since {since} and cannot be opened: {obstacle}");
    (clause, vec![Action::elsewhere(super::words::sentence(obstacle)), Action::reject()])
}

fn open() -> Action {
    Action::call("OpenPullRequest", "Open the pull request.")
}

fn undigested(facts: &Facts) -> (String, Vec<Action>) {
    let clause = format!(
        "this proposal has waited since {} for its study's digest, and cannot be opened before that is sent",
        facts.when(facts.proposal.created_at),
    );
    (clause, vec![Action::call("UpdateDigest", "Send the study's digest."), Action::reject()])
}

fn ready(facts: &Facts) -> String {
    const READY: [&str; 3] = ["proposal_created", "digest_written", "proposal_reinstated"];
    let closing = facts
        .work(Kind::ClosePullRequest)
        .map(|job| format!("; of its last pull request: {}", work::clause(facts, job)));
    let closing = closing.unwrap_or_default();
    match facts.last(&READY) {
        Some(told) if told.kind == "proposal_reinstated" => format!(
            "this proposal was reinstated{} and can be opened again, but nothing happens until somebody calls open_pr{closing}",
            facts.by(Some(told)),
        ),
        told => format!(
            "this proposal has been ready to be opened since {}, but nothing happens until somebody calls open_pr{closing}",
            facts.when(told.map_or(facts.proposal.created_at, |told| told.at)),
        ),
    }
}

fn failed(facts: &Facts, error: &str) -> (String, Vec<Action>) {
    let (code, message) = split(error);
    let told = facts.last(&["open_failed"]);
    let at = told.map(|told| format!(" at {}", facts.when(told.at))).unwrap_or_default();
    let tried = told.and_then(attempts).filter(|attempts| *attempts > 1);
    let tried = match tried {
        Some(attempts) => format!("was given up{at} after {attempts} attempts"),
        None => format!("failed{at} and is not tried again by itself"),
    };
    let whose = match (&facts.branch, code) {
        (Some(branch), "BRANCH_EXISTS") => format!(" (branch {branch})"),
        _ => String::new(),
    };
    let what = format!("opening the pull request {tried}: {}{whose}", problem(code, message));
    match remedy(code) {
        Remedy::Mend(mend) => {
            let mut actions = vec![
                Action::elsewhere(super::words::sentence(mend)),
                Action::call("OpenPullRequest", "Open the pull request again."),
                Action::reject(),
            ];
            if code == "PREVIEW_OUTDATED" {
                actions[0] = Action::preview();
            }
            (format!("{what}; {mend}, then call open_pr again, or reject the proposal"), actions)
        }
        Remedy::Instead(instead) => {
            let again =
                Action::call("OpenPullRequest", "Open it again, once the file has changed.");
            (format!("{what}; {instead}"), vec![Action::reject(), again])
        }
    }
}

fn attempts(told: &Told) -> Option<i32> {
    told.fact("attempt")?.parse().ok()
}

/// The code and the text of what a proposal holds as its error.
fn split(error: &str) -> (&str, &str) {
    let is_code = |text: &str| {
        text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_')
    };
    match error.split_once(": ") {
        Some((code, text)) if is_code(code) => (code, text),
        _ => ("INTERNAL_ERROR", error),
    }
}

//! A job that is not over: who works on it or what it waits for, and when it goes on.

use jiff::{SignedDuration, Timestamp};

use super::{
    Facts, Told,
    when::count,
    words::{problem, quote},
};
use crate::domain::{job::Kind, retry::ATTEMPTS};

/// How long a due job may lie before that is worth a look.
const LONG: SignedDuration = SignedDuration::from_secs(10);

/// A job that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What it does.
    pub kind: Kind,
    /// For which generation.
    pub generation: i32,
    /// What happens to it now.
    pub state: WorkState,
    /// When it is or was due.
    pub due_at: Timestamp,
    /// Attempts that count so far, the running one included.
    pub attempt: i32,
    /// Why the last attempt failed, and what was said about it.
    pub last_problem: Option<(String, String)>,
    /// How many due jobs stand before it in its lane.
    pub jobs_ahead: i64,
    /// The runner that has the lane, when that is not for this job.
    pub lane_holder: Option<String>,
    /// When the last lease of its lane ended by itself; none while one runs, and when it was given back or revoked.
    pub lease_ended_at: Option<Timestamp>,
}

/// What happens to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkState {
    /// It is due.
    Queued {
        /// Whether a runner had it and was not heard of again.
        is_lost: bool,
    },
    /// It is not due yet.
    Waiting,
    /// A runner has it.
    Running {
        /// The runner.
        holder: String,
        /// When it last took or renewed its lease.
        heard_at: Timestamp,
        /// When its lease ends unless it is renewed.
        expires_at: Timestamp,
    },
}

impl Work {
    /// Whether a runner has it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.state, WorkState::Running { .. })
    }
}

/// What a kind of jobs does, in words.
#[derive(Debug, Clone, Copy)]
struct Words {
    /// Such as `the job that opens the pull request`.
    job: &'static str,
    /// Such as `the pull request is being opened`.
    doing: &'static str,
    /// Such as `open the pull request`.
    to_do: &'static str,
    /// How a person has it tried at once.
    at_once: &'static str,
}

const fn words(kind: Kind) -> Words {
    match kind {
        Kind::OpenPullRequest => Words {
            job: "the job that opens the pull request",
            doing: "the pull request is being opened",
            to_do: "open the pull request",
            at_once: ", or at once when open_pr is called",
        },
        Kind::ClosePullRequest => Words {
            job: "the job that closes the pull request",
            doing: "the pull request is being closed",
            to_do: "close the pull request",
            at_once: "",
        },
        Kind::CommentPullRequest => Words {
            job: "the job that writes the comment with the chart",
            doing: "the comment with the chart is being written",
            to_do: "write the comment with the chart",
            at_once: "",
        },
        Kind::TidyPullRequest => Words {
            job: "the job that tidies up after a lost runner",
            doing: "what a lost runner left is being tidied up",
            to_do: "tidy up after a lost runner",
            at_once: "",
        },
        Kind::Read(_) => Words {
            job: "the job that looks at GitHub",
            doing: "GitHub is being looked at",
            to_do: "look at GitHub",
            at_once: "",
        },
    }
}

/// What becomes of a job, as a clause.
pub(super) fn clause(facts: &Facts, work: &Work) -> String {
    let words = words(work.kind);
    match &work.state {
        WorkState::Running { holder, heard_at, expires_at } => format!(
            "{} by {holder} (attempt {}), which was last heard of at {} and {}; if it goes silent, another runner takes over after {}",
            words.doing,
            work.attempt,
            facts.when(*heard_at),
            step(facts, work.kind),
            facts.when(*expires_at),
        ),
        WorkState::Queued { is_lost } => queued(facts, work, words, *is_lost),
        WorkState::Waiting => waiting(facts, work, words),
    }
}

/// What a running job last told.
fn step(facts: &Facts, kind: Kind) -> String {
    let steps: &[&str] = match kind {
        Kind::OpenPullRequest => &["pushing", "pull_request_recorded"],
        Kind::ClosePullRequest => &["closing", "pull_request_recorded"],
        Kind::CommentPullRequest | Kind::TidyPullRequest | Kind::Read(_) => &[],
    };
    // What was told before is another job's or another attempt's.
    const BEGUN: [&str; 8] = [
        "lease_lost",
        "attempt_failed",
        "open_failed",
        "abandoned",
        "proposal_rejected",
        "proposal_superseded",
        "proposal_reinstated",
        "pull_request_closed",
    ];
    let begun = facts.last(&BEGUN).map_or(0, |told| told.id);
    let Some(told) = facts.last(steps).filter(|told| told.id > begun) else {
        return "has announced nothing yet".to_owned();
    };
    let at = facts.when(told.at);
    match told.kind.as_str() {
        "pushing" => format!("announced {} at {at}", commit(told)),
        "pull_request_recorded" => {
            format!("got pull request #{} from GitHub at {at}", told.fact("number").unwrap_or("?"))
        }
        _ => format!("announced at {at} that it closes what is ours"),
    }
}

fn commit(told: &Told) -> String {
    told.fact("head_oid")
        .and_then(|oid| oid.get(..10))
        .map_or_else(|| "a commit".to_owned(), |oid| format!("commit {oid}"))
}

fn queued(facts: &Facts, work: &Work, words: Words, is_lost: bool) -> String {
    let due = format!("{} has been due since {}", words.job, facts.when(work.due_at));
    let place = facts.repository.as_deref().unwrap_or("the same repository");
    let ahead = u64::try_from(work.jobs_ahead).unwrap_or_default();
    let is_long = facts.now.duration_since(work.due_at) > LONG;
    match (&work.lane_holder, ahead) {
        (Some(holder), 0) => {
            format!("{due} and begins by itself when {holder} is done with what it does in {place}")
        }
        (Some(holder), ahead) => format!(
            "{due} and begins by itself after {} before it in {place}, where {holder} is at work",
            count(ahead, "job"),
        ),
        (None, _) if is_lost => lost(facts, work, words),
        (None, _) if is_long => format!(
            "{due}, and no runner has taken it: see whether a runner is up and ready, then it begins by itself"
        ),
        (None, 0) => format!("{due} and is begun by the next free runner"),
        (None, ahead) => format!(
            "{due} and is begun by the next free runner, after {} before it in {place}",
            count(ahead, "job"),
        ),
    }
}

/// A due job whose runner had a lease and has none any more.
fn lost(facts: &Facts, work: &Work, Words { to_do, .. }: Words) -> String {
    let runner = format!("the runner that was to {to_do} (attempt {})", work.attempt);
    let revoked = facts.last(&["lease_revoked"]).filter(|_| work.lease_ended_at.is_none());
    let what = match revoked {
        Some(told) => format!("the lease of {runner} was revoked{}", facts.by(Some(told))),
        None => format!("{runner} went silent"),
    };
    let since = work.lease_ended_at.or(revoked.map(|told| told.at)).unwrap_or(work.due_at);
    if facts.now.duration_since(since) <= LONG {
        return format!("{what}, and the next free runner takes over by itself");
    }
    let ended =
        work.lease_ended_at.map(|at| format!(" since its lease ended at {}", facts.when(at)));
    format!(
        "{what}, and no other has taken over{}: see whether a runner is up and ready, then it goes on by itself",
        ended.unwrap_or_default(),
    )
}

fn waiting(facts: &Facts, work: &Work, words: Words) -> String {
    let Words { job, to_do, at_once, .. } = words;
    let next = facts.when(work.due_at);
    let Some((reason, message)) = &work.last_problem else {
        return format!("{job} begins by itself at {next}");
    };
    let failed = facts.last_of("attempt_failed", work.kind);
    let at = failed.map(|told| format!(" at {}", facts.when(told.at))).unwrap_or_default();
    let number = failed.and_then(|told| told.fact("attempt")?.parse::<i32>().ok());
    // An attempt that does not count leaves no trace in the job's number.
    let is_counted = number.is_none_or(|number| number <= work.attempt);
    match reason.as_str() {
        "LOCK_UNAVAILABLE" => format!(
            "the repository's lock could not be had{at}, {}, so {job} waits until {next} and tries again by itself as often as it takes: bring Redis back if it is away",
            quote(message),
        ),
        "RUNNER_STOPPING" => format!(
            "the runner that was to {to_do} was stopped{at}, and another one begins by itself at {next}"
        ),
        _ if is_counted => format!(
            "attempt {} of {ATTEMPTS} to {to_do} failed{at} with {}, and the next one is made by itself at {next}{at_once}",
            work.attempt.max(1),
            problem(reason, message),
        ),
        _ => format!(
            "the attempt{at} to {to_do} met a limit that passes, {}, and is made again by itself at {next}, without being counted",
            problem(reason, message),
        ),
    }
}

//! What a run came to: exit code, result and commits held against each other.
//!
//! The exit code wins: it alone decides whether a run is over, and a status that says otherwise can take success away but never
//! give it. No clock, no retries: [`Ending::Again`] says that the contract allows another attempt, not that there is one left.

mod commits;
mod disagreement;
mod ending;
mod exit;

pub use commits::{BranchRule, Produced};
pub use disagreement::Disagreement;
pub use ending::{Conclusion, Ending, Fault, Reason};
pub use exit::Exit;

use crate::{DocumentError, ExitReason, RunResult, Status};

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To change files; a run that changed none opens no pull request.
    Change,
    /// To answer; it may also have changed files.
    Answer,
    /// To review; it must not have changed anything.
    Review,
}

/// What the adapter expects of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What it was for.
    pub kind: Kind,
    /// Where its commits may stand.
    pub branch: BranchRule,
    /// Branches that no run may write, above all the default branch and the base.
    pub protected: Vec<String>,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What the runtime said, if that could be read.
    pub result: Option<RunResult>,
    /// A status that the exit code overruled, or a reason that does not go with success: worth telling, not worth failing.
    pub notes: Vec<Disagreement>,
}

impl Outcome {
    /// The branch to publish: only of a run that succeeded at least in part, and that left commits.
    #[must_use]
    pub fn publishes(&self) -> Option<&str> {
        let result = self.result.as_ref()?;
        let done = matches!(self.ending, Ending::Succeeded | Ending::Partial);
        result.branch.as_deref().filter(|_| done && !result.commits.is_empty())
    }
}

/// Says what a run came to.
///
/// `result` is what was read from the attempt's own slot; `produced` is what git, not the runtime, says of the workspace.
#[must_use]
pub fn classify(
    exit: Exit,
    result: Result<RunResult, DocumentError>,
    expected: &Expected,
    produced: &Produced,
) -> Outcome {
    let (ending, notes) = match (exit, &result) {
        (Exit::Code(0), Ok(result)) => finished(result, expected, produced),
        (Exit::Code(1), Ok(result)) => gave_up(result),
        (Exit::Code(3), Ok(result)) => asked(result),
        // The contract forbids another attempt after 1, whatever the file is like.
        (Exit::Code(1), Err(error)) => failed(Fault::Agent, Reason::Unusable(error.clone())),
        (Exit::Code(0 | 3), Err(error)) if error.fault.is_version() => {
            failed(Fault::Infrastructure, Reason::Unusable(error.clone()))
        }
        (Exit::Code(0 | 3), Err(error)) => again(Reason::Unusable(error.clone())),
        (exit, _) => again(Reason::Ended(exit)),
    };
    Outcome { ending, result: result.ok(), notes }
}

type Judged = (Ending, Vec<Disagreement>);

fn finished(result: &RunResult, expected: &Expected, produced: &Produced) -> Judged {
    let ending = match result.status {
        Status::Success => Ending::Succeeded,
        Status::Partial => Ending::Partial,
        // The one place where the code does not simply win: nothing is published that its author calls a failure or a question.
        status @ (Status::Failure | Status::NeedsInput) => {
            return disagreed(Disagreement::Status { exit: 0, status });
        }
    };
    match commits::disagreement(result, expected, produced) {
        Some(disagreement) => disagreed(disagreement),
        None => (ending, excuses(result)),
    }
}

fn gave_up(result: &RunResult) -> Judged {
    let fault = match result.exit_reason {
        Some(ExitReason::AmbiguousSpec) => Fault::Specification,
        Some(ExitReason::InfraError) => Fault::Infrastructure,
        Some(ExitReason::TestFailure | ExitReason::GitConflict) | None => Fault::Agent,
    };
    let ending = Ending::Failed { fault, reason: Reason::GaveUp(result.exit_reason) };
    (ending, overruled(1, result.status, Status::Failure))
}

fn asked(result: &RunResult) -> Judged {
    if result.summary.trim().is_empty() {
        return disagreed(Disagreement::NoQuestion);
    }
    (Ending::NeedsInput, overruled(3, result.status, Status::NeedsInput))
}

fn overruled(exit: i32, status: Status, said: Status) -> Vec<Disagreement> {
    if status == said { Vec::new() } else { vec![Disagreement::Status { exit, status }] }
}

fn excuses(result: &RunResult) -> Vec<Disagreement> {
    match (result.status, result.exit_reason) {
        (Status::Success, Some(_)) => vec![Disagreement::ReasonOfSuccess],
        _ => Vec::new(),
    }
}

fn disagreed(disagreement: Disagreement) -> Judged {
    failed(Fault::Agent, Reason::Disagreement(disagreement))
}

fn failed(fault: Fault, reason: Reason) -> Judged {
    (Ending::Failed { fault, reason }, Vec::new())
}

fn again(reason: Reason) -> Judged {
    (Ending::Again { reason }, Vec::new())
}

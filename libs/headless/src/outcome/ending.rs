//! How a run ended, whose fault it was, and what the Check Run says of it.

use super::{Disagreement, Exit};
use crate::{DocumentError, ExitReason};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Done.
    Succeeded,
    /// Not done, but of use.
    Partial,
    /// The result's summary is a question for people.
    NeedsInput,
    /// Over, and not to be tried again.
    Failed {
        /// Whose fault it was.
        fault: Fault,
        /// What happened.
        reason: Reason,
    },
    /// Not over: the contract allows another attempt.
    Again {
        /// What happened.
        reason: Reason,
    },
}

/// Whose fault a failure was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The task leaves open what is wanted.
    Specification,
    /// The agent could not do it, or broke the contract.
    Agent,
    /// GitHub refused or did not answer; never said by [`classify`](crate::classify), which does not talk to it.
    Github,
    /// Machine, process or settings.
    Infrastructure,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The runtime gave up, and may have said why.
    #[error("the agent gave up{}", why(.0))]
    GaveUp(Option<ExitReason>),
    /// The process ended otherwise than with 0, 1 or 3.
    #[error("{0}")]
    Ended(Exit),
    /// The result cannot be used.
    #[error("the result cannot be used: {0}")]
    Unusable(DocumentError),
    /// What the runtime says does not agree with itself or with git.
    #[error("the runtime contradicts itself: {0}")]
    Disagreement(Disagreement),
}

/// The conclusion of a Check Run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conclusion {
    /// `success`
    Success,
    /// `neutral`
    Neutral,
    /// `action_required`
    ActionRequired,
    /// `failure`
    Failure,
}

impl Ending {
    /// The ending when no attempt is left.
    #[must_use]
    pub fn given_up(self) -> Self {
        match self {
            Self::Again { reason } => Self::Failed { fault: Fault::Infrastructure, reason },
            over => over,
        }
    }

    /// Whether the contract allows another attempt.
    #[must_use]
    pub fn is_again(&self) -> bool {
        matches!(self, Self::Again { .. })
    }

    /// What the Check Run concludes; every ending has one.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Succeeded => Conclusion::Success,
            Self::Partial => Conclusion::Neutral,
            Self::NeedsInput => Conclusion::ActionRequired,
            Self::Failed { .. } | Self::Again { .. } => Conclusion::Failure,
        }
    }

    /// The title of the Check Run's output.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Succeeded => "Done",
            Self::Partial => "Partial",
            Self::NeedsInput => "Needs input",
            Self::Failed { reason: Reason::GaveUp(_) | Reason::Disagreement(_), .. } => "Failed",
            Self::Failed { .. } | Self::Again { .. } => "Error",
        }
    }
}

impl Conclusion {
    /// The conclusion as GitHub writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Neutral => "neutral",
            Self::ActionRequired => "action_required",
            Self::Failure => "failure",
        }
    }
}

fn why(reason: &Option<ExitReason>) -> &'static str {
    match reason {
        None => "",
        Some(ExitReason::TestFailure) => ": tests could not be mended",
        Some(ExitReason::AmbiguousSpec) => ": the task leaves open what is wanted",
        Some(ExitReason::GitConflict) => ": a conflict could not be resolved safely",
        Some(ExitReason::InfraError) => ": workspace, git or a tool failed",
    }
}

//! Why something is not deleted, as the contract's reasons.

use pullwright_proto::error::ErrorReason;

use crate::domain::usage::{Dependent, Resource};

/// Why something is not deleted that unfinished proposals need.
#[must_use]
pub fn in_use(resource: Resource) -> ErrorReason {
    match resource {
        Resource::ConfigRepo => ErrorReason::ConfigRepoInUse,
        Resource::Cluster => ErrorReason::ClusterInUse,
        Resource::QueryTemplate => ErrorReason::TemplateInUse,
    }
}

/// Why something is not deleted that something else was made of.
#[must_use]
pub fn has_dependent(dependent: Dependent) -> ErrorReason {
    use ErrorReason as Reason;
    match dependent {
        Dependent::ProposalOfStudy => Reason::StudyHasDependentProposal,
        Dependent::DigestOfStudy => Reason::StudyHasDependentDigest,
        Dependent::StudyOfJudgmentList => Reason::JudgmentListHasDependentStudy,
        Dependent::StudyOfQuerySet => Reason::QuerySetHasDependentStudy,
        Dependent::JudgmentListOfQuerySet => Reason::QuerySetHasDependentJudgmentList,
        Dependent::StudyOfQueryTemplate => Reason::QueryTemplateHasDependentStudy,
        Dependent::ProposalOfQueryTemplate => Reason::QueryTemplateHasDependentProposal,
        Dependent::JudgmentListOfQueryTemplate => Reason::QueryTemplateHasDependentJudgmentList,
    }
}

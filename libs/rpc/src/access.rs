//! Who may call which method: the one table. A method that is not in it cannot be called by anybody.

use crate::Role::{self, Client, Ingress, Operator, Proposal, Runner};

const PEOPLE: &[Role] = &[Ingress, Client, Operator];
const LOOKUP: &[Role] = &[Ingress, Proposal, Runner, Client, Operator];

/// Every method of the contract with the roles that may call it.
pub const TABLE: &[(&str, &[Role])] = &[
    ("pullwright.proposal.v1.ProposalService/CreateProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/GetProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/ListProposals", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/RejectProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/OpenPullRequest", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/GetLiveProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/ListProposalEvents", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/SupersedeProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/ReinstateProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/WatchProposal", PEOPLE),
    ("pullwright.proposal.v1.ProposalService/ExplainProposal", PEOPLE),
    ("pullwright.proposal.v1.StudyService/CreateStudy", PEOPLE),
    ("pullwright.proposal.v1.StudyService/GetStudy", PEOPLE),
    ("pullwright.proposal.v1.StudyService/ListStudies", PEOPLE),
    ("pullwright.proposal.v1.StudyService/GetDigest", PEOPLE),
    ("pullwright.proposal.v1.StudyService/UpdateDigest", PEOPLE),
    ("pullwright.proposal.v1.DeletionService/DeleteConfigRepo", PEOPLE),
    ("pullwright.proposal.v1.DeletionService/DeleteCluster", PEOPLE),
    ("pullwright.proposal.v1.DeletionService/DeleteQueryTemplate", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/SeedCompletedStudy", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/SeedChain", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/DeleteProposal", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/DeleteDigest", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/DeleteStudy", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/DeleteJudgmentList", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/DeleteQuerySet", PEOPLE),
    ("pullwright.proposal.v1.DevelopmentService/PurgeQueryTemplate", PEOPLE),
    ("pullwright.job.v1.JobService/LeaseJobs", &[Runner]),
    ("pullwright.job.v1.JobService/RenewLease", &[Runner]),
    ("pullwright.job.v1.JobService/RecordProgress", &[Runner]),
    ("pullwright.job.v1.JobService/CompleteJob", &[Runner]),
    ("pullwright.job.v1.JobService/FailJob", &[Runner]),
    ("pullwright.job.v1.JobService/RevokeLease", &[Runner]),
    ("pullwright.job.v1.JobService/PlanPullRequest", &[Runner]),
    ("pullwright.job.v1.JobService/RecordSights", &[Runner]),
    ("pullwright.job.v1.JobService/CheckDeliveries", &[Runner]),
    ("pullwright.job.v1.JobService/CheckOrphans", &[Runner]),
    ("pullwright.delivery.v1.DeliveryService/RecordDelivery", &[Ingress]),
    ("pullwright.delivery.v1.DeliveryService/RecordDeliveries", &[Ingress]),
    ("pullwright.delivery.v1.DeliveryService/ListDeliveries", PEOPLE),
    ("pullwright.delivery.v1.DeliveryService/GetDelivery", PEOPLE),
    ("pullwright.delivery.v1.DeliveryService/ReplayDelivery", PEOPLE),
    ("pullwright.delivery.v1.DeliveryService/ListWatchedRepositories", PEOPLE),
    ("pullwright.registry.v1.ConfigRepoService/CreateConfigRepo", PEOPLE),
    ("pullwright.registry.v1.ConfigRepoService/GetConfigRepo", LOOKUP),
    ("pullwright.registry.v1.ConfigRepoService/ListConfigRepos", LOOKUP),
    ("pullwright.registry.v1.ConfigRepoService/UpdateConfigRepo", PEOPLE),
    ("pullwright.registry.v1.ConfigRepoService/DeleteConfigRepo", &[Proposal]),
    ("pullwright.registry.v1.ConfigRepoService/RotateWebhookSecret", PEOPLE),
    ("pullwright.registry.v1.ConfigRepoService/ReportWebhook", &[Runner]),
    ("pullwright.registry.v1.ConfigRepoService/ReportRepository", &[Runner]),
    ("pullwright.registry.v1.AppService/ListApps", LOOKUP),
    ("pullwright.registry.v1.ClusterService/CreateCluster", PEOPLE),
    ("pullwright.registry.v1.ClusterService/GetCluster", LOOKUP),
    ("pullwright.registry.v1.ClusterService/ListClusters", LOOKUP),
    ("pullwright.registry.v1.ClusterService/UpdateCluster", PEOPLE),
    ("pullwright.registry.v1.ClusterService/DeleteCluster", &[Proposal]),
    ("pullwright.registry.v1.QueryTemplateService/CreateQueryTemplate", PEOPLE),
    ("pullwright.registry.v1.QueryTemplateService/GetQueryTemplate", LOOKUP),
    ("pullwright.registry.v1.QueryTemplateService/ListQueryTemplates", LOOKUP),
    ("pullwright.registry.v1.QueryTemplateService/UpdateQueryTemplate", PEOPLE),
    ("pullwright.registry.v1.QueryTemplateService/DeleteQueryTemplate", &[Proposal]),
    ("pullwright.registry.v1.TargetService/ResolveTarget", &[Proposal]),
    ("pullwright.registry.v1.DevelopmentService/PurgeQueryTemplate", &[Proposal]),
    ("pullwright.registry.v1.CredentialService/MintCredential", &[Runner]),
    ("pullwright.registry.v1.CredentialService/GetWebhookSecrets", &[Ingress]),
    ("pullwright.registry.v1.CredentialService/GetHookSecret", &[Runner]),
    ("pullwright.registry.v1.CredentialService/MintAppToken", &[Runner]),
    ("pullwright.runner.v1.RunnerService/ListLocks", &[Ingress, Operator]),
    ("pullwright.runner.v1.RunnerService/BreakLock", &[Ingress, Operator]),
    ("pullwright.runner.v1.RunnerService/PreviewPullRequest", PEOPLE),
    ("pullwright.runner.v1.RunnerService/CheckConfigRepo", PEOPLE),
];

/// Services that answer anybody who reaches the port.
const OPEN: &[&str] = &[
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// Whether a method of this path, without the leading slash, answers without credentials.
#[must_use]
pub fn is_open(method: &str) -> bool {
    method.split_once('/').is_some_and(|(service, _)| OPEN.contains(&service))
}

/// Whether `role` may call `method`, a path without the leading slash.
#[must_use]
pub fn allows(method: &str, role: Role) -> bool {
    TABLE.iter().any(|(name, roles)| *name == method && roles.contains(&role))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost::Message as _;

    use super::*;

    #[test]
    fn the_table_has_every_method_of_the_contract_and_no_other() {
        let files = prost_types::FileDescriptorSet::decode(pullwright_proto::FILE_DESCRIPTOR_SET)
            .expect("our own set");
        let contract: BTreeSet<String> = files
            .file
            .iter()
            .flat_map(|file| {
                file.service.iter().flat_map(move |service| {
                    service.method.iter().map(move |method| {
                        format!("{}.{}/{}", file.package(), service.name(), method.name())
                    })
                })
            })
            .collect();
        let table: BTreeSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(table, contract);
        assert_eq!(table.len(), TABLE.len(), "a method stands twice");
    }

    #[test]
    fn secrets_and_jobs_are_closed_to_operators() {
        for (method, roles) in TABLE
            .iter()
            .filter(|(name, _)| name.contains("CredentialService") || name.contains("JobService"))
        {
            assert!(!roles.contains(&Operator), "{method}");
        }
    }
}

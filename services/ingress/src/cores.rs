//! The three cores as this service sees them: connected lazily, asked with a token, answering or refusing.

use std::future::Future;

use pullwright_proto::{
    delivery::delivery_service_client::DeliveryServiceClient,
    proposal::{
        deletion_service_client::DeletionServiceClient,
        development_service_client::DevelopmentServiceClient,
        proposal_service_client::ProposalServiceClient, study_service_client::StudyServiceClient,
    },
    registry::{
        cluster_service_client::ClusterServiceClient,
        config_repo_service_client::ConfigRepoServiceClient,
        credential_service_client::CredentialServiceClient,
        query_template_service_client::QueryTemplateServiceClient,
    },
    runner::runner_service_client::RunnerServiceClient,
};
use pullwright_rpc::{
    Refusal,
    client::{Connection, InvalidToken, Settings},
};
use tonic::{Response, Status};
use tonic_health::pb::health_client::HealthClient;

use crate::edge::error::ApiError;

/// A page of 200 templates with their bodies, or a study with 10,000 trials, is larger than gRPC's 4 MiB.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Which core a call went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Core {
    Proposal,
    Registry,
    Runner,
}

impl Core {
    /// Its name for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Registry => "repo-registry",
            Self::Runner => "runner",
        }
    }
}

/// A client of each service; cloning one is cheap and gives one that can be called.
#[derive(Clone)]
pub(crate) struct Cores {
    pub(crate) proposals: ProposalServiceClient<Connection>,
    pub(crate) studies: StudyServiceClient<Connection>,
    pub(crate) deletions: DeletionServiceClient<Connection>,
    pub(crate) development: DevelopmentServiceClient<Connection>,
    pub(crate) deliveries: DeliveryServiceClient<Connection>,
    pub(crate) config_repos: ConfigRepoServiceClient<Connection>,
    pub(crate) clusters: ClusterServiceClient<Connection>,
    pub(crate) query_templates: QueryTemplateServiceClient<Connection>,
    pub(crate) credentials: CredentialServiceClient<Connection>,
    pub(crate) runner: RunnerServiceClient<Connection>,
    pub(crate) health: [(Core, HealthClient<Connection>); 3],
}

impl Cores {
    pub(crate) fn connect(
        proposal: Settings,
        registry: Settings,
        runner: Settings,
    ) -> Result<Self, InvalidToken> {
        let (proposal, registry, runner) =
            (proposal.connect()?, registry.connect()?, runner.connect()?);
        Ok(Self {
            proposals: ProposalServiceClient::new(proposal.clone())
                .max_decoding_message_size(LARGEST_ANSWER),
            studies: StudyServiceClient::new(proposal.clone())
                .max_decoding_message_size(LARGEST_ANSWER),
            deletions: DeletionServiceClient::new(proposal.clone()),
            development: DevelopmentServiceClient::new(proposal.clone()),
            deliveries: DeliveryServiceClient::new(proposal.clone()),
            config_repos: ConfigRepoServiceClient::new(registry.clone()),
            clusters: ClusterServiceClient::new(registry.clone()),
            query_templates: QueryTemplateServiceClient::new(registry.clone())
                .max_decoding_message_size(LARGEST_ANSWER),
            credentials: CredentialServiceClient::new(registry.clone()),
            runner: RunnerServiceClient::new(runner.clone())
                .max_decoding_message_size(LARGEST_ANSWER),
            health: [
                (Core::Proposal, HealthClient::new(proposal)),
                (Core::Registry, HealthClient::new(registry)),
                (Core::Runner, HealthClient::new(runner)),
            ],
        })
    }
}

/// Waits for a core's answer and translates its refusal.
pub(crate) async fn ask<T>(
    core: Core,
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, ApiError> {
    match call.await {
        Ok(response) => Ok(response.into_inner()),
        Err(status) => Err(ApiError::refused(core, &Refusal::from(status))),
    }
}

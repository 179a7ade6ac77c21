//! A core that answers from a script and remembers what it was asked.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt::Debug,
    pin::Pin,
    sync::{Arc, Mutex},
};

use futures::stream::{self, Stream, StreamExt as _};

use pullwright_proto::{
    delivery::{self, delivery_service_server::DeliveryService},
    proposal::{
        self, deletion_service_server::DeletionService,
        development_service_server::DevelopmentService, proposal_service_server::ProposalService,
        study_service_server::StudyService,
    },
    registry::{
        self, cluster_service_server::ClusterService,
        config_repo_service_server::ConfigRepoService,
        credential_service_server::CredentialService,
        query_template_service_server::QueryTemplateService,
    },
    runner::{self, runner_service_server::RunnerService},
};
use pullwright_rpc::Context;
use tokio::sync::RwLock;
use tonic::{Request, Response, Status};

type Script<Q, R> = Arc<dyn Fn(&Q) -> Result<R, Status> + Send + Sync>;

/// A call that came in.
struct Seen {
    request: Box<dyn Any + Send>,
    shown: String,
    context: Context,
}

/// What a watch gives.
#[derive(Default)]
pub struct Watched {
    pub messages: Vec<Result<proposal::WatchProposalResponse, Status>>,
    /// Whether it goes on after them, silently.
    pub goes_on: bool,
}

type Watch = Pin<Box<dyn Stream<Item = Result<proposal::WatchProposalResponse, Status>> + Send>>;

#[derive(Default)]
struct Inner {
    scripts: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
    seen: Mutex<Vec<Seen>>,
    held: RwLock<()>,
}

/// The script and the memory of one core; clones share both.
#[derive(Clone, Default)]
pub struct Fake(Arc<Inner>);

impl Fake {
    /// From now on requests of this type are answered by `script`.
    pub fn on<Q: 'static, R: 'static>(
        &self,
        script: impl Fn(&Q) -> Result<R, Status> + Send + Sync + 'static,
    ) {
        let script: Script<Q, R> = Arc::new(script);
        self.0.scripts.lock().unwrap().insert(TypeId::of::<Q>(), Box::new(script));
    }

    /// The requests of this type that came in, the oldest first.
    pub fn seen<Q: Clone + 'static>(&self) -> Vec<Q> {
        let seen = self.0.seen.lock().unwrap();
        seen.iter().filter_map(|seen| seen.request.downcast_ref::<Q>().cloned()).collect()
    }

    /// All requests that came in as Rust shows them, the oldest first.
    pub fn shown(&self) -> Vec<String> {
        self.0.seen.lock().unwrap().iter().map(|seen| seen.shown.clone()).collect()
    }

    /// Who was behind the calls that came in, the oldest first.
    pub fn contexts(&self) -> Vec<Context> {
        self.0.seen.lock().unwrap().iter().map(|seen| seen.context.clone()).collect()
    }

    /// Keeps all answers back until what this gives is dropped.
    pub async fn hold(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.0.held.write().await
    }

    async fn reply<Q, R>(&self, request: Request<Q>) -> Result<Response<R>, Status>
    where
        Q: Debug + Send + 'static,
        R: Default + 'static,
    {
        let request = request.into_inner();
        let script = {
            let scripts = self.0.scripts.lock().unwrap();
            scripts
                .get(&TypeId::of::<Q>())
                .and_then(|any| any.downcast_ref::<Script<Q, R>>().cloned())
        };
        let answer = script.map_or_else(|| Ok(R::default()), |script| script(&request));
        let context = Context::current().expect("calls come with a context");
        self.0.seen.lock().unwrap().push(Seen {
            shown: format!("{request:?}"),
            request: Box::new(request),
            context,
        });
        let _released = self.0.held.read().await;
        answer.map(Response::new)
    }
}

macro_rules! answers {
    ($service:path: $($method:ident $module:ident $request:ident $response:ident),* $(,)? $(; $($more:tt)*)?) => {
        #[tonic::async_trait]
        impl $service for Fake {
            $(async fn $method(
                &self,
                request: Request<$module::$request>,
            ) -> Result<Response<$module::$response>, Status> {
                self.reply(request).await
            })*
            $($($more)*)?
        }
    };
}

answers! { ProposalService:
    create_proposal proposal CreateProposalRequest CreateProposalResponse,
    get_proposal proposal GetProposalRequest GetProposalResponse,
    list_proposals proposal ListProposalsRequest ListProposalsResponse,
    reject_proposal proposal RejectProposalRequest RejectProposalResponse,
    open_pull_request proposal OpenPullRequestRequest OpenPullRequestResponse,
    get_live_proposal proposal GetLiveProposalRequest GetLiveProposalResponse,
    list_proposal_events proposal ListProposalEventsRequest ListProposalEventsResponse,
    supersede_proposal proposal SupersedeProposalRequest SupersedeProposalResponse,
    reinstate_proposal proposal ReinstateProposalRequest ReinstateProposalResponse,
    explain_proposal proposal ExplainProposalRequest ExplainProposalResponse;

    type WatchProposalStream = Watch;

    async fn watch_proposal(
        &self,
        request: Request<proposal::WatchProposalRequest>,
    ) -> Result<Response<Watch>, Status> {
        let Watched { messages, goes_on } = self.reply(request).await?.into_inner();
        let messages = stream::iter(messages);
        Ok(Response::new(match goes_on {
            true => messages.chain(stream::pending()).boxed(),
            false => messages.boxed(),
        }))
    }
}
answers! { StudyService:
    list_studies proposal ListStudiesRequest ListStudiesResponse,
    create_study proposal CreateStudyRequest CreateStudyResponse,
    get_study proposal GetStudyRequest GetStudyResponse,
    get_digest proposal GetDigestRequest GetDigestResponse,
    update_digest proposal UpdateDigestRequest UpdateDigestResponse,
}
answers! { DeletionService:
    delete_config_repo proposal DeleteConfigRepoRequest DeleteConfigRepoResponse,
    delete_cluster proposal DeleteClusterRequest DeleteClusterResponse,
    delete_query_template proposal DeleteQueryTemplateRequest DeleteQueryTemplateResponse,
}
answers! { DevelopmentService:
    seed_completed_study proposal SeedCompletedStudyRequest SeedCompletedStudyResponse,
    seed_chain proposal SeedChainRequest SeedChainResponse,
    delete_proposal proposal DeleteProposalRequest DeleteProposalResponse,
    delete_digest proposal DeleteDigestRequest DeleteDigestResponse,
    delete_study proposal DeleteStudyRequest DeleteStudyResponse,
    delete_judgment_list proposal DeleteJudgmentListRequest DeleteJudgmentListResponse,
    delete_query_set proposal DeleteQuerySetRequest DeleteQuerySetResponse,
    purge_query_template proposal PurgeQueryTemplateRequest PurgeQueryTemplateResponse,
}
answers! { RunnerService:
    list_locks runner ListLocksRequest ListLocksResponse,
    break_lock runner BreakLockRequest BreakLockResponse,
    preview_pull_request runner PreviewPullRequestRequest PreviewPullRequestResponse,
    check_config_repo runner CheckConfigRepoRequest CheckConfigRepoResponse,
}
answers! { DeliveryService:
    record_delivery delivery RecordDeliveryRequest RecordDeliveryResponse,
    record_deliveries delivery RecordDeliveriesRequest RecordDeliveriesResponse,
    list_deliveries delivery ListDeliveriesRequest ListDeliveriesResponse,
    get_delivery delivery GetDeliveryRequest GetDeliveryResponse,
    replay_delivery delivery ReplayDeliveryRequest ReplayDeliveryResponse,
    list_watched_repositories delivery ListWatchedRepositoriesRequest ListWatchedRepositoriesResponse,
}
answers! { ConfigRepoService:
    create_config_repo registry CreateConfigRepoRequest CreateConfigRepoResponse,
    rotate_webhook_secret registry RotateWebhookSecretRequest RotateWebhookSecretResponse,
    report_webhook registry ReportWebhookRequest ReportWebhookResponse,
    report_repository registry ReportRepositoryRequest ReportRepositoryResponse,
    update_config_repo registry UpdateConfigRepoRequest UpdateConfigRepoResponse,
    delete_config_repo registry DeleteConfigRepoRequest DeleteConfigRepoResponse,
    get_config_repo registry GetConfigRepoRequest GetConfigRepoResponse,
    list_config_repos registry ListConfigReposRequest ListConfigReposResponse,
}
answers! { ClusterService:
    create_cluster registry CreateClusterRequest CreateClusterResponse,
    update_cluster registry UpdateClusterRequest UpdateClusterResponse,
    delete_cluster registry DeleteClusterRequest DeleteClusterResponse,
    get_cluster registry GetClusterRequest GetClusterResponse,
    list_clusters registry ListClustersRequest ListClustersResponse,
}
answers! { QueryTemplateService:
    create_query_template registry CreateQueryTemplateRequest CreateQueryTemplateResponse,
    update_query_template registry UpdateQueryTemplateRequest UpdateQueryTemplateResponse,
    delete_query_template registry DeleteQueryTemplateRequest DeleteQueryTemplateResponse,
    get_query_template registry GetQueryTemplateRequest GetQueryTemplateResponse,
    list_query_templates registry ListQueryTemplatesRequest ListQueryTemplatesResponse,
}
answers! { CredentialService:
    mint_credential registry MintCredentialRequest MintCredentialResponse,
    get_hook_secret registry GetHookSecretRequest GetHookSecretResponse,
    mint_app_token registry MintAppTokenRequest MintAppTokenResponse,
    get_webhook_secrets registry GetWebhookSecretsRequest GetWebhookSecretsResponse,
}

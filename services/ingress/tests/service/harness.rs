//! An ingress of one test's own, in front of three fake cores, each behind a real door.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use pullwright_ingress::{App, Role, Settings, Tokens, serve};
use pullwright_proto::{
    delivery::delivery_service_server::DeliveryServiceServer,
    proposal::{
        deletion_service_server::DeletionServiceServer,
        development_service_server::DevelopmentServiceServer,
        proposal_service_server::ProposalServiceServer, study_service_server::StudyServiceServer,
    },
    registry::{
        cluster_service_server::ClusterServiceServer,
        config_repo_service_server::ConfigRepoServiceServer,
        credential_service_server::CredentialServiceServer,
        query_template_service_server::QueryTemplateServiceServer,
    },
    runner::runner_service_server::RunnerServiceServer,
};
use pullwright_redact::Redactor;
use pullwright_rpc::{Callers, callers, client, server};
use pullwright_settings::Deployment;
use pullwright_types::SystemClock;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::service::Routes;

use crate::{contract, fake::Fake};

const SERVICE_TOKEN: &str = "the token of the ingress";
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// The secrets that must not show in the log.
pub fn redactor() -> Redactor {
    static REDACTOR: OnceLock<Redactor> = OnceLock::new();
    REDACTOR.get_or_init(Redactor::new).clone()
}

/// The token of a person with this role; the person is called as the role is.
pub fn token(role: Role) -> String {
    format!("the token of a {role}")
}

/// A fake core that listens.
pub struct Core {
    pub fake: Fake,
    /// Whether it says that it serves; asked once a second.
    pub ready: Arc<AtomicBool>,
    pub stop: CancellationToken,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Core {
    async fn start(routes: impl FnOnce(Fake) -> Routes) -> Self {
        let (fake, ready) = (Fake::default(), Arc::new(AtomicBool::new(true)));
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let callers =
            Callers::parse(&callers::line(pullwright_rpc::Role::Ingress, SERVICE_TOKEN)).unwrap();
        let settings = server::Settings { listen: address, callers };
        let (routes, says, ended) = (routes(fake.clone()), ready.clone(), stop.clone());
        let serving = tokio::spawn(async move {
            let ready = move || std::future::ready(says.load(Ordering::Relaxed));
            // Each fake says for itself what it does not know.
            let services = pullwright_rpc::access::TABLE;
            let names = services.iter().filter_map(|(method, _)| method.split('/').next());
            let names = names.collect();
            server::serve("fake", routes, names, settings, listener, ready, ended).await.unwrap();
        });
        Self { fake, ready, stop, address, serving }
    }

    fn settings(&self, token: &str) -> client::Settings {
        let address = format!("http://{}", self.address).parse().unwrap();
        client::Settings { address, token: token.to_owned().into() }
    }

    /// Ends it; nobody answers at its address any more.
    pub async fn end(&mut self) {
        self.stop.cancel();
        (&mut self.serving).await.unwrap();
    }
}

/// A running ingress.
pub struct Ingress {
    pub proposal: Core,
    pub registry: Core,
    pub runner: Core,
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub serving: JoinHandle<()>,
    pub app: Arc<App>,
    client: reqwest::Client,
    _stopped: [DropGuard; 4],
}

impl Ingress {
    pub async fn start() -> Self {
        Self::with(SERVICE_TOKEN, Deployment::Production).await
    }

    /// An ingress that proves itself to the cores with this token.
    pub async fn with_service_token(service_token: &str) -> Self {
        Self::with(service_token, Deployment::Production).await
    }

    /// An ingress of this kind of deployment.
    pub async fn deployed_as(deployment: Deployment) -> Self {
        Self::with(SERVICE_TOKEN, deployment).await
    }

    /// An ingress of a development environment.
    pub async fn in_development() -> Self {
        Self::with(SERVICE_TOKEN, Deployment::Development).await
    }

    async fn with(service_token: &str, deployment: Deployment) -> Self {
        crate::log::install();
        // Another test may have installed it first; both are ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proposal = Core::start(|fake| {
            Routes::new(ProposalServiceServer::new(fake.clone()))
                .add_service(
                    StudyServiceServer::new(fake.clone())
                        .max_decoding_message_size(LARGEST_MESSAGE),
                )
                .add_service(DeletionServiceServer::new(fake.clone()))
                .add_service(DevelopmentServiceServer::new(fake.clone()))
                .add_service(
                    DeliveryServiceServer::new(fake).max_decoding_message_size(LARGEST_MESSAGE),
                )
        });
        let registry = Core::start(|fake| {
            Routes::new(ConfigRepoServiceServer::new(fake.clone()))
                .add_service(ClusterServiceServer::new(fake.clone()))
                .add_service(QueryTemplateServiceServer::new(fake.clone()))
                .add_service(CredentialServiceServer::new(fake))
        });
        let runner = Core::start(|fake| Routes::new(RunnerServiceServer::new(fake)));
        let (proposal, registry, runner) = tokio::join!(proposal, registry, runner);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Settings {
            listen: address,
            proposal: proposal.settings(service_token),
            registry: registry.settings(service_token),
            runner: runner.settings(service_token),
            tokens: tokens(),
            deployment,
        };
        let app = App::new(settings, redactor(), Arc::new(SystemClock)).unwrap();
        let stop = CancellationToken::new();
        let stops = [&proposal.stop, &registry.stop, &runner.stop, &stop];
        let stopped = stops.map(|stop| stop.clone().drop_guard());
        let (until, served) = (stop.clone(), app.clone());
        let serving = tokio::spawn(async move {
            serve(served, listener, until).await.unwrap();
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { proposal, registry, runner, address, stop, serving, app, client, _stopped: stopped }
    }

    /// A request by nobody.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// A request by an operator.
    pub fn operator(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(token(Role::Operator))
    }

    /// A request that was taken apart and put together again.
    pub fn again(&self, request: reqwest::Request) -> RequestBuilder {
        RequestBuilder::from_parts(self.client.clone(), request)
    }

    /// A request by somebody of this role.
    pub fn request_as(&self, role: Role, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(token(role))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.operator(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        let request = self.operator(Method::POST, path).header("content-type", "application/json");
        send(request.body(body.to_owned())).await
    }
}

fn tokens() -> Tokens {
    let line = |role: Role| format!("{role} {role} {}\n", hex::encode(Sha256::digest(token(role))));
    Tokens::parse(&Role::ALL.map(line).concat()).unwrap()
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// The status with the envelope's code; the code is empty when there is no envelope.
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.body["detail"]["error_code"].as_str().unwrap_or_default())
    }

    /// The envelope's message.
    pub fn message(&self) -> &str {
        self.body["detail"]["message"].as_str().unwrap_or_default()
    }

    /// A header as text, empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// Sends a request; whatever is answered is held against the document.
pub async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let answer = send_unheard_of(RequestBuilder::from_parts(client, request)).await;
    contract::check(&method, &path, &answer);
    answer
}

/// Sends a request to a core that says what it never says, so that the document does not have the answer.
pub async fn send_unheard_of(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Answer { status, headers, text, body }
}

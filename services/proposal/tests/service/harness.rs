//! A ledger of its own for each test: database, registry, server, and a client per role.

use std::{sync::Arc, time::Duration};

use pullwright_pg::{Client, Pool, Queries as _};
use pullwright_proposal::{
    App, Author, Settings, domain::confidence::QueryTexts, migrations, schedule, serve,
    wakeup::Wakeup,
};
use pullwright_proto::{
    delivery::delivery_service_client::DeliveryServiceClient,
    error::ErrorReason,
    job::job_service_client::JobServiceClient,
    proposal::{
        self as v1, proposal_service_client::ProposalServiceClient,
        study_service_client::StudyServiceClient,
    },
};
use pullwright_redact::Redactor;
use pullwright_rpc::{
    Callers, Refusal, Role,
    callers::line,
    client::{self, Connection},
    server,
};
use pullwright_settings::{Deployment, SecretString};
use pullwright_testkit::stores::fresh_database_from;
use pullwright_types::ManualClock;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Response, Status, transport::Endpoint};
use uuid::Uuid;

use crate::registry::Registry;

/// The template that most tests change.
pub const DECLARED: &str = r#"{"boost": "float", "fuzziness": {"type": "string"}, "tie_breaker": {"type": "float", "min": 0, "max": 1}}"#;

/// A running ledger.
pub struct Harness {
    /// The registry beside it.
    pub registry: Registry,
    /// The time that it is told.
    pub clock: ManualClock,
    /// A cluster that is wired to a repository.
    pub cluster: String,
    /// A template that declares [`DECLARED`].
    pub template: String,
    /// The ledger itself, for calls without a wire.
    pub app: Arc<App>,
    db: Pool,
    address: String,
    settings: Settings,
    wakeup: Wakeup,
    stop: CancellationToken,
    _stop: DropGuard,
}

impl Harness {
    /// Starts a ledger.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a ledger with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let migrate = async |url: String| {
            migrations::up(&pullwright_pg::Settings::new(url, "migrate")).await.map(drop)
        };
        let database = fresh_database_from("proposal", migrate).await.unwrap();
        let registry = Registry::default();
        let registry_address = registry.serve().await;
        let callers: String = Role::ALL.into_iter().map(|role| line(role, &token(role))).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let mut settings = Settings {
            server: server::Settings { listen, callers: Callers::parse(&callers).unwrap() },
            database: pullwright_pg::Settings::new(database.url, "test"),
            registry: connection_settings(&format!("http://{registry_address}"), Role::Proposal),
            author: Author {
                name: "pullwright-bot".to_owned(),
                email: "bot@example.com".to_owned(),
            },
            brand: "pullwright".to_owned(),
            lease_duration: Duration::from_secs(30),
            tidy_after: Duration::from_secs(60),
            // What tests tell of is long past.
            delivery_retention: Duration::from_secs(1_000_000_000),
            // Nothing happens by itself: a test says when.
            schedule: schedule::Settings {
                every: Duration::from_secs(3_600),
                ..schedule::Settings::default()
            },
            chart_comment: true,
            query_texts: QueryTexts::Kept,
            deployment: Deployment::Production,
        };
        change(&mut settings);
        let clock = ManualClock::new("2026-01-02T03:04:05Z".parse().unwrap());
        let cluster = registry.wired_cluster("products");
        let template = registry.template("product_search", DECLARED);
        Self::serve(settings, listener, registry, clock, (cluster, template))
    }

    /// Another replica on the same database, beside the same registry.
    pub async fn replica(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = self.settings.clone();
        settings.server.listen = listener.local_addr().unwrap();
        let resources = (self.cluster.clone(), self.template.clone());
        Self::serve(settings, listener, self.registry.clone(), self.clock.clone(), resources)
    }

    fn serve(
        settings: Settings,
        listener: TcpListener,
        registry: Registry,
        clock: ManualClock,
        (cluster, template): (String, String),
    ) -> Self {
        let (stop, wakeup) = (CancellationToken::new(), Wakeup::default());
        let db = Pool::connect(&settings.database).unwrap();
        let app = Arc::new(App {
            db: db.clone(),
            clock: Arc::new(clock.clone()),
            registry: pullwright_proposal::Registry::new(
                settings.registry.clone().connect().unwrap(),
            ),
            settings: settings.clone(),
            wakeup: wakeup.clone(),
            redactor: Redactor::new(),
            stop: stop.clone(),
        });
        tokio::spawn(serve(app.clone(), listener));
        Self {
            app,
            registry,
            clock,
            cluster,
            template,
            db,
            address: format!("http://{}", settings.server.listen),
            settings,
            wakeup,
            stop: stop.clone(),
            _stop: stop.drop_guard(),
        }
    }

    /// Asks the ledger to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// How many proposals are watched.
    pub fn watched(&self) -> usize {
        self.wakeup.watched().proposals().len()
    }

    /// A connection as `role`.
    pub fn connection(&self, role: Role) -> Connection {
        connection_settings(&self.address, role).connect().unwrap()
    }

    /// The proposal service as ingress sees it.
    pub fn proposals(&self) -> ProposalServiceClient<Connection> {
        ProposalServiceClient::new(self.connection(Role::Ingress))
    }

    /// The study service as the optimiser sees it.
    pub fn studies(&self) -> StudyServiceClient<Connection> {
        StudyServiceClient::new(self.connection(Role::Client))
    }

    /// The job service as a runner sees it.
    pub fn jobs(&self) -> JobServiceClient<Connection> {
        JobServiceClient::new(self.connection(Role::Runner))
    }

    /// The delivery service as ingress sees it.
    pub fn deliveries(&self) -> DeliveryServiceClient<Connection> {
        DeliveryServiceClient::new(self.connection(Role::Ingress))
    }

    /// How the ledger's database is reached.
    pub fn database(&self) -> &pullwright_pg::Settings {
        &self.settings.database
    }

    /// A connection to the ledger's database.
    pub async fn db(&self) -> Client {
        self.db.client().await.unwrap()
    }

    /// Runs a statement about one proposal, whose id is `$1`.
    pub async fn sql(&self, sql: &str, proposal: &str) {
        self.db().await.execute(sql, &[&uuid(proposal)]).await.unwrap();
    }

    /// A number that a statement gives as `n` for a proposal, whose id is `$1`.
    pub async fn count(&self, sql: &str, proposal: &str) -> i64 {
        self.db().await.query_one(sql, &[&uuid(proposal)]).await.unwrap().get("n")
    }

    /// Creates a manual proposal for the wired cluster.
    pub async fn manual(&self) -> v1::Proposal {
        self.create(self.manual_request()).await.unwrap()
    }

    /// Asks for a manual proposal that raises `boost`.
    pub fn manual_request(&self) -> v1::CreateProposalRequest {
        v1::CreateProposalRequest {
            cluster_id: self.cluster.clone(),
            template_id: self.template.clone(),
            config_diff: vec![change("boost", "1.0", "2.50")],
            metric_delta: vec![],
            ..v1::CreateProposalRequest::default()
        }
    }

    /// Creates a manual proposal.
    pub async fn create(
        &self,
        request: v1::CreateProposalRequest,
    ) -> Result<v1::Proposal, Refusal> {
        answer(self.proposals().create_proposal(request).await)
            .map(|answer| answer.proposal.unwrap())
    }

    /// Reads a proposal.
    pub async fn get(&self, proposal_id: &str) -> Result<v1::Proposal, Refusal> {
        let request = v1::GetProposalRequest { proposal_id: proposal_id.to_owned() };
        answer(self.proposals().get_proposal(request).await).map(|answer| answer.proposal.unwrap())
    }

    /// Asks for the pull request.
    pub async fn open(&self, proposal_id: &str) -> Result<v1::Proposal, Refusal> {
        let request = v1::OpenPullRequestRequest {
            proposal_id: proposal_id.to_owned(),
            ..v1::OpenPullRequestRequest::default()
        };
        answer(self.proposals().open_pull_request(request).await)
            .map(|answer| answer.proposal.unwrap())
    }

    /// Rejects a proposal.
    pub async fn reject(&self, proposal_id: &str, reason: &str) -> Result<v1::Proposal, Refusal> {
        let request = v1::RejectProposalRequest {
            proposal_id: proposal_id.to_owned(),
            reason: reason.to_owned(),
            ..v1::RejectProposalRequest::default()
        };
        answer(self.proposals().reject_proposal(request).await)
            .map(|answer| answer.proposal.unwrap())
    }

    /// What happened to a proposal.
    pub async fn events(&self, proposal_id: &str) -> Vec<v1::ProposalEvent> {
        let request = v1::ListProposalEventsRequest {
            proposal_id: proposal_id.to_owned(),
            page_size: 1000,
            page_token: String::new(),
            ..v1::ListProposalEventsRequest::default()
        };
        answer(self.proposals().list_proposal_events(request).await).unwrap().events
    }

    /// The kinds of what happened to a proposal.
    pub async fn kinds(&self, proposal_id: &str) -> Vec<String> {
        self.events(proposal_id).await.into_iter().map(|event| event.kind).collect()
    }

    /// How many open jobs of a proposal are live.
    pub async fn open_jobs(&self, proposal_id: &str) -> i64 {
        const SQL: &str = "SELECT count(*) AS n FROM jobs WHERE subject = $1 AND kind = 'open_pull_request' AND ended_at IS NULL";
        self.count(SQL, proposal_id).await
    }

    /// How many close jobs of a proposal are live.
    pub async fn close_jobs(&self, proposal_id: &str) -> i64 {
        const SQL: &str = "SELECT count(*) AS n FROM jobs WHERE subject = $1 AND kind = 'close_pull_request' AND ended_at IS NULL";
        self.count(SQL, proposal_id).await
    }
}

/// The answer, or what the refusal means.
pub fn answer<T>(called: Result<Response<T>, Status>) -> Result<T, Refusal> {
    called.map(Response::into_inner).map_err(Refusal::from)
}

/// The reason of a refusal.
pub fn reason<T: std::fmt::Debug>(called: Result<T, Refusal>) -> ErrorReason {
    called.unwrap_err().reason
}

/// The fields that a refusal names.
pub fn fields<T: std::fmt::Debug>(called: Result<T, Refusal>) -> Vec<String> {
    let refusal = called.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError, "{refusal:?}");
    refusal.violations.into_iter().map(|violation| violation.field).collect()
}

/// A changed parameter.
pub fn change(key: &str, from_json: &str, to_json: &str) -> v1::ParameterChange {
    v1::ParameterChange {
        key: key.to_owned(),
        from_json: from_json.to_owned(),
        to_json: to_json.to_owned(),
    }
}

/// An id that is well formed.
pub fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn token(role: Role) -> String {
    format!("the-token-of-{role}")
}

fn connection_settings(address: &str, role: Role) -> client::Settings {
    client::Settings {
        address: Endpoint::from_shared(address.to_owned()).unwrap(),
        token: SecretString::from(token(role)),
    }
}

//! A registry of one test's own, and clients of every role.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use pullwright_pg::{Pool, Queries as _, migrate};
use pullwright_proto::registry::{
    self as v1, cluster_service_client::ClusterServiceClient,
    config_repo_service_client::ConfigRepoServiceClient,
    credential_service_client::CredentialServiceClient,
    query_template_service_client::QueryTemplateServiceClient,
    target_service_client::TargetServiceClient,
};
use pullwright_redact::Redactor;
use pullwright_repo_registry::{
    App, Error, apps, domain::ConfiguredApp, migrations, secrets::Secrets, serve,
};
use pullwright_rpc::{
    Callers, Refusal, Role, callers,
    client::{self, Connection},
    server,
};
use pullwright_settings::Deployment;
use pullwright_telemetry::Builder;
use pullwright_testkit::stores;
use pullwright_types::{Clock, Hosts, SystemClock};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A second host beside github.com, spelled with a port as a local one is.
pub(crate) const SECOND_HOST: &str = "http://127.0.0.1:7005";

/// The hosts that a registry knows unless it is told others.
pub(crate) const HOSTS: &str = r#"[
    {"web": "https://github.com", "api": "https://api.github.com", "git": "https://github.com"},
    {"web": "http://127.0.0.1:7005", "api": "http://127.0.0.1:7005/api/v3", "git": "http://127.0.0.1:7005"}
]"#;

/// How a registry is to be; what a test does not say is as in production.
pub(crate) struct Setup {
    pub(crate) database: String,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) hosts: String,
    pub(crate) deployment: Deployment,
    /// The content of the Apps file.
    pub(crate) apps: serde_json::Value,
    pub(crate) overlap: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Setup {
    /// With a database of one's own and an empty secrets folder.
    pub(crate) async fn fresh() -> Self {
        Self::on(fresh_database().await)
    }

    fn on(database: String) -> Self {
        Self {
            database,
            folder: Arc::new(tempfile::tempdir().unwrap()),
            hosts: HOSTS.to_owned(),
            deployment: Deployment::Production,
            apps: serde_json::json!([]),
            overlap: Duration::from_secs(3600),
            clock: Arc::new(SystemClock),
        }
    }

    /// Starts it; `Err` is what its Apps are refused with.
    pub(crate) async fn start(&self) -> Result<Registry, Error> {
        log();
        let mut database = pullwright_pg::Settings::new(self.database.clone(), "registry-tests");
        // Many connections at once are slow to make on a busy machine, which no test is about.
        database.acquire_timeout = Duration::from_secs(30);
        migrate::up(&database, migrations::runner()).await.unwrap();
        let db = Pool::connect(&database).unwrap();
        let hosts = Hosts::parse(&self.hosts).unwrap();
        let configured = ConfiguredApp::parse(&self.apps.to_string(), &hosts).unwrap();
        let stop = CancellationToken::new();
        let app = App {
            db: db.clone(),
            secrets: Secrets::new(self.folder.path().to_owned(), Redactor::new()),
            hosts,
            github_apps: apps::register(&db, configured).await?,
            webhook_secret_overlap: self.overlap,
            clock: self.clock.clone(),
            deployment: self.deployment.clone(),
            stop: stop.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let lines: String = Role::ALL.map(|role| callers::line(role, &token(role))).concat();
        let settings = server::Settings { listen, callers: Callers::parse(&lines).unwrap() };
        let serving =
            tokio::spawn(async move { serve(Arc::new(app), settings, listener).await.unwrap() });
        Ok(Registry {
            folder: self.folder.clone(),
            address: format!("http://{listen}"),
            db,
            _stop: stop.drop_guard(),
            _serving: serving,
        })
    }
}

/// A running registry.
pub(crate) struct Registry {
    folder: Arc<TempDir>,
    address: String,
    pub(crate) db: Pool,
    _stop: DropGuard,
    _serving: JoinHandle<()>,
}

impl Registry {
    /// Starts a registry with an empty secrets folder and a database of its own.
    pub(crate) async fn start() -> Self {
        Setup::fresh().await.start().await.unwrap()
    }

    /// Starts a registry that knows these GitHub hosts.
    pub(crate) async fn start_with(hosts: &[String]) -> Self {
        let host = |web: &String| serde_json::json!({"web": web, "api": web, "git": web});
        let hosts: serde_json::Value = hosts.iter().map(host).collect();
        let setup = Setup { hosts: hosts.to_string(), ..Setup::fresh().await };
        setup.start().await.unwrap()
    }

    /// Starts a registry of this kind of deployment.
    pub(crate) async fn start_in(deployment: Deployment) -> Self {
        Setup { deployment, ..Setup::fresh().await }.start().await.unwrap()
    }

    /// Starts a registry with an empty secrets folder on this database, which it migrates when it is empty.
    pub(crate) async fn start_on(url: String, hosts: &str) -> Self {
        Setup { hosts: hosts.to_owned(), ..Setup::on(url) }.start().await.unwrap()
    }

    /// Writes a file of the secrets folder.
    pub(crate) fn secret(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// The path of a file of the secrets folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A connection that proves `role`.
    pub(crate) fn connection(&self, role: Role) -> Connection {
        self.connection_with(&token(role))
    }

    /// A connection that carries this token.
    pub(crate) fn connection_with(&self, token: &str) -> Connection {
        let address = self.address.parse().unwrap();
        client::Settings { address, token: token.to_owned().into() }.connect().unwrap()
    }

    pub(crate) fn config_repos(&self) -> ConfigRepoServiceClient<Connection> {
        ConfigRepoServiceClient::new(self.connection(Role::Ingress))
    }

    pub(crate) fn clusters(&self) -> ClusterServiceClient<Connection> {
        ClusterServiceClient::new(self.connection(Role::Ingress))
    }

    pub(crate) fn query_templates(&self) -> QueryTemplateServiceClient<Connection> {
        QueryTemplateServiceClient::new(self.connection(Role::Ingress))
    }

    /// Registers a config repository as ingress.
    pub(crate) async fn register(
        &self,
        request: v1::CreateConfigRepoRequest,
    ) -> Result<v1::ConfigRepo, Refusal> {
        let answer = self.config_repos().create_config_repo(request).await?;
        Ok(answer.into_inner().config_repo.unwrap())
    }

    /// Creates a cluster as ingress.
    pub(crate) async fn create_cluster(
        &self,
        request: v1::CreateClusterRequest,
    ) -> Result<v1::Cluster, Refusal> {
        Ok(self.clusters().create_cluster(request).await?.into_inner().cluster.unwrap())
    }

    /// Creates a query template as ingress.
    pub(crate) async fn create_template(
        &self,
        name: &str,
        declared: &str,
    ) -> Result<v1::QueryTemplate, Refusal> {
        let request = v1::CreateQueryTemplateRequest {
            name: name.into(),
            engine_type: "solr".into(),
            body: "{}".into(),
            declared_params_json: declared.into(),
            ..v1::CreateQueryTemplateRequest::default()
        };
        Ok(self
            .query_templates()
            .create_query_template(request)
            .await?
            .into_inner()
            .query_template
            .unwrap())
    }

    /// Asks for a credential as a runner.
    pub(crate) async fn mint(&self, repository_id: &str) -> Result<String, Refusal> {
        let request = v1::MintCredentialRequest { repository_id: repository_id.into() };
        let mut client = CredentialServiceClient::new(self.connection(Role::Runner));
        Ok(client.mint_credential(request).await?.into_inner().token)
    }

    /// Asks for webhook secrets as ingress, by a repository's name.
    pub(crate) async fn webhook_secrets(&self, full_name: &str) -> Vec<v1::WebhookSecrets> {
        self.webhook_secrets_of(full_name, 0, false).await
    }

    /// Asks for webhook secrets as ingress, by all that a delivery claims.
    pub(crate) async fn webhook_secrets_of(
        &self,
        full_name: &str,
        repository_github_id: i64,
        from_app: bool,
    ) -> Vec<v1::WebhookSecrets> {
        let request = v1::GetWebhookSecretsRequest {
            full_name: full_name.into(),
            repository_github_id,
            from_app,
        };
        let mut client = CredentialServiceClient::new(self.connection(Role::Ingress));
        client.get_webhook_secrets(request).await.unwrap().into_inner().secrets
    }

    /// Asks for a target as the ledger.
    pub(crate) async fn resolve(
        &self,
        cluster: &str,
        template: &str,
    ) -> Result<v1::ResolveTargetResponse, Refusal> {
        let request = v1::ResolveTargetRequest {
            cluster_id: cluster.into(),
            query_template_id: template.into(),
        };
        let mut client = TargetServiceClient::new(self.connection(Role::Proposal));
        Ok(client.resolve_target(request).await?.into_inner())
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.db.client().await.unwrap().query_one(&sql, &[]).await.unwrap().get(0)
    }
}

/// A migrated database of one's own.
async fn fresh_database() -> String {
    let database = stores::fresh_database_from("registry", |url| async move {
        migrate::up(&pullwright_pg::Settings::new(url, "migrations"), migrations::runner())
            .await
            .map(drop)
    });
    database.await.unwrap().url
}

/// The service token of a role.
pub(crate) fn token(role: Role) -> String {
    format!("{role}-service-token")
}

/// A registration that is fine once the secret `acme_pat` exists.
pub(crate) fn repo(name: &str, url: &str) -> v1::CreateConfigRepoRequest {
    v1::CreateConfigRepoRequest {
        name: name.into(),
        repo_url: url.into(),
        auth_ref: "acme_pat".into(),
        ..v1::CreateConfigRepoRequest::default()
    }
}

/// A cluster that is fine.
pub(crate) fn cluster(name: &str) -> v1::CreateClusterRequest {
    v1::CreateClusterRequest {
        name: name.into(),
        engine_type: "solr".into(),
        environment: "prod".into(),
        ..v1::CreateClusterRequest::default()
    }
}

/// Everything that this test process has logged so far, before any redaction by value.
pub(crate) fn log() -> String {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let settings = pullwright_telemetry::Settings::directives("debug").unwrap();
        let telemetry = Builder::new("repo-registry", settings, Redactor::new());
        // Not installed: a panic of a test belongs on its own output and not into the log.
        let (dispatch, telemetry) = telemetry.writer(log.clone()).build();
        tracing::dispatcher::set_global_default(dispatch).unwrap();
        std::mem::forget(telemetry);
        log
    });
    String::from_utf8_lossy(&log.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

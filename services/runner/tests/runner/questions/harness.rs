//! A whole runner of one test's own: a real GitHub that remembers, real git, real Redis, and beside them both cores, which say what the
//! test told them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use pullwright_forge::{Forge, ForgeOptions, NewRepository, Permission};
use pullwright_proto::{
    job::{
        CheckOrphansRequest, CommitIdentity, CompleteJobRequest, FailJobRequest, Job, JobKind,
        LoggedDelivery, OpenPullRequestSpec, PullRequestSight, Target, job,
    },
    proposal::{ClusterSummary, ParameterChange, Proposal, TemplateSummary},
    registry::{Cluster, QueryTemplate, ReportRepositoryRequest, ReportWebhookRequest},
    runner::runner_service_client::RunnerServiceClient,
};
use pullwright_redact::Redactor;
use pullwright_rpc::{
    Refusal, Role, callers,
    client::{self, Connection},
};
use pullwright_runner::{Settings, build, lock::Locks, serve};
use pullwright_settings::Environment;
use pullwright_testkit::stores::{self, RedisHandle};
use pullwright_types::SystemClock;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status};
use uuid::Uuid;

pub(crate) use super::cores::status;
use super::cores::{Cores, cores};

pub(crate) const REPOSITORY: &str = "acme/search-config";
/// The folder of the one cluster.
pub(crate) const FOLDER: &str = "configs/products";
/// The file that the one template's proposals edit.
pub(crate) const PARAMS: &str = "configs/products/product_search.params.json";
/// What it says at first.
pub(crate) const BEFORE: &str =
    "{\n  \"title\": {\n    \"boost\": 1.0\n  },\n  \"body\": {\n    \"boost\": 1.0\n  }\n}\n";
/// The branch of the one proposal.
pub(crate) const BRANCH: &str = "pullwright/proposal-0199a0b0-0000-7000-8000-00000000cafe";
/// The one proposal.
pub(crate) const PROPOSAL: &str = "0199a0b0-0000-7000-8000-00000000cafe";
/// The one config repository.
pub(crate) const REPO_ID: Uuid = Uuid::from_u128(0x0199_a0b0_0000_7000_8000_0000_0000_4e90);
/// Where GitHub reaches us.
pub(crate) const WEBHOOK_URL: &str = "https://pullwright.example/webhooks/github";
const SERVICE_TOKEN: &str = "service-token-of-the-tests";
/// How long a runner's folder may still be held after its end.
const FREED_AFTER: Duration = Duration::from_secs(5);

/// What the ledger and the registry say, and what they were told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) spec: OpenPullRequestSpec,
    pub(crate) plan_refusal: Option<Status>,
    pub(crate) mint_refusal: Option<Status>,
    pub(crate) token: String,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) templates: Vec<QueryTemplate>,
    pub(crate) jobs: VecDeque<Job>,
    /// The jobs that only read.
    pub(crate) reads: VecDeque<Job>,
    /// How long a lease lasts; a minute when it is not said.
    pub(crate) lease: Option<prost_types::Duration>,
    pub(crate) renewed: usize,
    pub(crate) refuses_renewals: bool,
    /// The credentials of repositories that have one of their own.
    pub(crate) tokens: BTreeMap<String, String>,
    /// Value and version.
    pub(crate) hook_secret: Option<(String, String)>,
    pub(crate) app_token: String,
    pub(crate) sights: Vec<PullRequestSight>,
    /// The ids of deliveries that never came.
    pub(crate) missing: BTreeSet<String>,
    /// What was listed, call by call.
    pub(crate) logged: Vec<Vec<LoggedDelivery>>,
    pub(crate) orphans: Vec<CheckOrphansRequest>,
    pub(crate) webhooks: Vec<ReportWebhookRequest>,
    pub(crate) repositories: Vec<ReportRepositoryRequest>,
    pub(crate) epoch: i64,
    pub(crate) ended: Vec<Ended>,
    pub(crate) announced: usize,
    pub(crate) revoked: usize,
}

/// How a job ended.
#[derive(Debug, Clone)]
pub(crate) enum Ended {
    Done(CompleteJobRequest),
    Failed(FailJobRequest),
}

/// The parts of a test.
pub(crate) struct World {
    pub(crate) forge: Forge,
    pub(crate) told: Arc<Mutex<Told>>,
    pub(crate) redis: RedisHandle,
    address: String,
    data: TempDir,
    runner: Option<Running>,
    cores: String,
}

struct Running {
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl World {
    /// Starts with the params file on `main`.
    pub(crate) async fn start() -> Self {
        let token = format!("gh{}_{}", "s", Uuid::new_v4().simple().to_string() + "abcd");
        let repository = NewRepository::new("acme", "search-config")
            .file(PARAMS, BEFORE)
            .file("README.md", "# hello\n")
            .token("bot", &token, Permission::Write)
            .protect("main");
        Self::start_with(repository, token).await
    }

    /// Starts with a repository of its own.
    pub(crate) async fn start_with(repository: NewRepository, token: String) -> Self {
        let forge = Forge::start(ForgeOptions::default()).await.unwrap();
        forge.create_repository(repository).await.unwrap();
        let told = Arc::new(Mutex::new(Told {
            spec: spec(&forge.web_url()),
            token: token.clone(),
            clusters: vec![cluster("products-prod", FOLDER)],
            templates: vec![template("product_search")],
            ..Told::default()
        }));
        let cores = cores(Cores::new(Arc::clone(&told), forge.web_url())).await;
        let redis = stores::shared_redis().await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let mut world =
            Self { forge, told, redis, address: String::new(), data, runner: None, cores };
        world.run(&[]).await;
        world
    }

    /// Starts the runner, once more after [`World::stop`].
    pub(crate) async fn run(&mut self, more: &[(&str, &str)]) {
        let file = |name: &str, text: &str| {
            let path = self.data.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let web = self.forge.web_url();
        let hosts = format!(r#"[{{"web":"{web}","api":"{web}/api/v3","git":"{web}"}}]"#);
        let lines: String = [Role::Operator, Role::Ingress]
            .map(|role| callers::line(role, &token_of(role)))
            .concat();
        let mut pairs = vec![
            ("RUNNER_PROPOSAL_ADDR", self.cores.clone()),
            ("RUNNER_REGISTRY_ADDR", self.cores.clone()),
            ("RUNNER_SERVICE_TOKEN_FILE", file("token", SERVICE_TOKEN)),
            ("RUNNER_REDIS_URL_FILE", file("redis", &self.redis.url)),
            ("RUNNER_CALLERS_FILE", file("callers", &lines)),
            ("GITHUB_HOSTS_FILE", file("hosts", &hosts)),
            ("RUNNER_DATA_DIR", self.data.path().join("data").to_str().unwrap().to_owned()),
            ("RUNNER_STOP_GRACE", "1s".to_owned()),
            ("RUNNER_WEBHOOK_URL", WEBHOOK_URL.to_owned()),
            ("RUNNER_REDELIVERY_PACE", "10ms".to_owned()),
        ];
        pairs.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.address = format!("http://{}", listener.local_addr().unwrap());
        let begun = Instant::now();
        let runner = loop {
            let settings = Settings::read(&Environment::from_pairs(pairs.clone())).unwrap();
            match build(settings, Redactor::new(), Arc::new(SystemClock), stop.clone()).await {
                Ok(runner) => break runner,
                // A git that was just ended may hold the folder for a moment longer than its runner.
                Err(error) if begun.elapsed() < FREED_AFTER => {
                    assert!(format!("{error:?}").contains("ResourceBusy"), "{error:?}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => panic!("{error}"),
            }
        };
        let serving = tokio::spawn(async move { serve(runner, listener).await.unwrap() });
        self.runner = Some(Running { stop, serving });
    }

    /// Stops the runner and waits for its end.
    pub(crate) async fn stop(&mut self) {
        let Running { stop, serving } = self.runner.take().unwrap();
        stop.cancel();
        serving.await.unwrap();
    }

    /// The runner as an operator reaches it.
    pub(crate) fn operator(&self) -> RunnerServiceClient<Connection> {
        self.client(Role::Operator)
    }

    /// The runner as somebody of this role reaches it.
    pub(crate) fn client(&self, role: Role) -> RunnerServiceClient<Connection> {
        let address = self.address.parse().unwrap();
        let settings = client::Settings { address, token: token_of(role).into() };
        RunnerServiceClient::new(settings.connect().unwrap())
    }

    /// The locks, as another runner would take them.
    pub(crate) fn locks(&self) -> Locks {
        Locks::connect(&self.redis.url.clone().into(), "another".to_owned()).unwrap()
    }

    /// Changes what ledger and registry say.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told.lock().unwrap());
    }

    /// Has the job of the one proposal done, and gives its end.
    pub(crate) async fn open(&self) -> Ended {
        let spec = self.told.lock().unwrap().spec.clone();
        self.work(JobKind::OpenPullRequest, job::Spec::OpenPullRequest(spec)).await
    }

    /// Has a job done, and gives its end.
    pub(crate) async fn work(&self, kind: JobKind, spec: job::Spec) -> Ended {
        let id = self.queue(kind, spec);
        self.end_of(&id).await
    }

    /// Queues a job, and gives its id.
    pub(crate) fn queue(&self, kind: JobKind, spec: job::Spec) -> String {
        let id = Uuid::now_v7().to_string();
        let job = Job {
            id: id.clone(),
            kind: kind.into(),
            attempt: 1,
            spec: Some(spec),
            ..Job::default()
        };
        self.tell(|told| match kind {
            JobKind::OpenPullRequest | JobKind::ClosePullRequest => told.jobs.push_back(job),
            _ => told.reads.push_back(job),
        });
        id
    }

    /// The end of a job.
    pub(crate) async fn end_of(&self, id: &str) -> Ended {
        let told = Arc::clone(&self.told);
        let is_it = |ended: &&Ended| match ended {
            Ended::Done(done) => done.job_id == id,
            Ended::Failed(failed) => failed.job_id == id,
        };
        pullwright_testkit::wait::until("the job has ended", Duration::from_secs(60), || async {
            told.lock().unwrap().ended.iter().find(is_it).cloned()
        })
        .await
        .unwrap()
    }

    /// What the runner asked of the forge since the last look: method, route.
    pub(crate) async fn asked(&self) -> Vec<(String, String)> {
        let asked = self.forge.requests().await;
        self.forge.clear_requests().await;
        asked.into_iter().map(|request| (request.method, request.route)).collect()
    }

    /// The data folder of the runner.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.data.path().join("data")
    }
}

/// The refusal that a call must end with.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> Refusal {
    answer.unwrap_err().into()
}

fn token_of(role: Role) -> String {
    format!("{role}-token-of-the-tests")
}

pub(crate) fn cluster(name: &str, config_path: &str) -> Cluster {
    Cluster {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        engine_type: "solr".to_owned(),
        config_repo_id: REPO_ID.to_string(),
        config_path: config_path.to_owned(),
        ..Cluster::default()
    }
}

pub(crate) fn template(name: &str) -> QueryTemplate {
    let (name, engine_type) = (name.to_owned(), "solr".to_owned());
    QueryTemplate { name, engine_type, version: 1, ..QueryTemplate::default() }
}

/// The one proposal: the title's boost from 1.0 to 2.5.
fn spec(web: &str) -> OpenPullRequestSpec {
    let change = ParameterChange {
        key: "title.boost".to_owned(),
        from_json: "1.0".to_owned(),
        to_json: "2.5".to_owned(),
    };
    let template =
        TemplateSummary { name: "product_search".to_owned(), version: 1, ..Default::default() };
    let proposal = Proposal {
        id: PROPOSAL.to_owned(),
        cluster: Some(ClusterSummary { name: "products-prod".to_owned(), ..Default::default() }),
        template: Some(template),
        config_diff: vec![change],
        config_diff_sha256: "5f".repeat(32),
        ..Proposal::default()
    };
    let target = Target {
        repository_id: REPO_ID.to_string(),
        host: web.to_owned(),
        owner: "acme".to_owned(),
        name: "search-config".to_owned(),
        base_branch: "main".to_owned(),
        config_path: FOLDER.to_owned(),
        declared_params_json: r#"{"title.boost": "float"}"#.to_owned(),
    };
    let identity =
        CommitIdentity { name: "Pullwright".to_owned(), email: "bot@example.org".to_owned() };
    OpenPullRequestSpec {
        proposal: Some(proposal),
        generation: 1,
        branch: BRANCH.to_owned(),
        target: Some(target),
        identity: Some(identity),
        committed_at: Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 0 }),
        brand: "pullwright".to_owned(),
        ..OpenPullRequestSpec::default()
    }
}

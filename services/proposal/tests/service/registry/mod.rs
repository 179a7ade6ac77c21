//! A registry that knows what the test tells it.

mod deletions;
mod listed;

pub use listed::Hook;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1,
        app_service_server::AppServiceServer,
        cluster_service_server::ClusterServiceServer,
        config_repo_service_server::ConfigRepoServiceServer,
        development_service_server::DevelopmentServiceServer,
        query_template_service_server::{QueryTemplateService, QueryTemplateServiceServer},
        target_service_server::{TargetService, TargetServiceServer},
    },
};
use pullwright_rpc::{Explain, status};
use tokio::{
    net::TcpListener,
    sync::{OwnedRwLockWriteGuard, RwLock},
};
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use uuid::Uuid;

/// What the registry knows; shared with its server.
#[derive(Clone, Default)]
pub struct Registry {
    world: Arc<Mutex<World>>,
    answers: Gate,
    deletions: Gate,
}

/// Where calls wait while it is closed; those that came are counted.
#[derive(Clone, Default)]
pub struct Gate {
    open: Arc<RwLock<()>>,
    came: Arc<AtomicUsize>,
}

impl Gate {
    /// Closes it until what this gives is dropped.
    pub async fn close(&self) -> OwnedRwLockWriteGuard<()> {
        self.open.clone().write_owned().await
    }

    /// How many calls came so far.
    pub fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }

    async fn pass(&self) {
        self.came.fetch_add(1, Ordering::SeqCst);
        drop(self.open.read().await);
    }
}

#[derive(Default)]
struct World {
    clusters: HashMap<String, v1::Cluster>,
    templates: HashMap<String, v1::QueryTemplate>,
    repositories: HashMap<String, v1::TargetRepository>,
    etags: HashMap<String, String>,
    hooks: HashMap<String, listed::Hook>,
    apps: Vec<v1::App>,
    lists: usize,
    is_away: bool,
}

impl World {
    /// Removes a repository and unwires its clusters.
    fn forget_repository(&mut self, id: &str) -> Option<v1::TargetRepository> {
        for cluster in self.clusters.values_mut().filter(|cluster| cluster.config_repo_id == id) {
            cluster.config_repo_id.clear();
        }
        self.repositories.remove(id)
    }
}

impl Registry {
    /// Starts serving on a free port.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Server::builder()
            .add_service(TargetServiceServer::new(self.clone()))
            .add_service(QueryTemplateServiceServer::new(self.clone()))
            .add_service(ClusterServiceServer::new(self.clone()))
            .add_service(ConfigRepoServiceServer::new(self.clone()))
            .add_service(DevelopmentServiceServer::new(self.clone()))
            .add_service(AppServiceServer::new(self.clone()))
            .serve_with_incoming(TcpIncoming::from(listener));
        tokio::spawn(serving);
        address
    }

    /// Registers a repository with a credential and a cluster that is wired to it; gives the cluster's id.
    pub fn wired_cluster(&self, name: &str) -> String {
        let repository = v1::TargetRepository {
            id: Uuid::now_v7().to_string(),
            host: "https://github.com".to_owned(),
            owner: "acme".to_owned(),
            name: format!("{name}-config"),
            pr_base_branch: "main".to_owned(),
            has_credential: true,
            credential_problem: String::new(),
        };
        let mut world = self.world.lock().unwrap();
        let cluster = cluster(name, &repository.id);
        let id = cluster.id.clone();
        world.repositories.insert(repository.id.clone(), repository);
        world.clusters.insert(id.clone(), cluster);
        id
    }

    /// Registers a cluster without a repository; gives its id.
    pub fn unwired_cluster(&self, name: &str) -> String {
        let cluster = cluster(name, "");
        let id = cluster.id.clone();
        self.world.lock().unwrap().clusters.insert(id.clone(), cluster);
        id
    }

    /// Registers a template; gives its id.
    pub fn template(&self, name: &str, declared_params_json: &str) -> String {
        let template = v1::QueryTemplate {
            id: Uuid::now_v7().to_string(),
            name: name.to_owned(),
            engine_type: "elasticsearch".to_owned(),
            body: String::new(),
            declared_params_json: declared_params_json.to_owned(),
            version: 3,
            created_at: None,
            ..v1::QueryTemplate::default()
        };
        let id = template.id.clone();
        self.world.lock().unwrap().templates.insert(id.clone(), template);
        id
    }

    /// Changes the repository that a cluster is wired to.
    pub fn change_repository(
        &self,
        cluster_id: &str,
        change: impl FnOnce(&mut v1::TargetRepository),
    ) {
        let mut world = self.world.lock().unwrap();
        let id = world.clusters[cluster_id].config_repo_id.clone();
        change(world.repositories.get_mut(&id).unwrap());
    }

    /// The id of the repository that a cluster is wired to.
    pub fn repository_of(&self, cluster_id: &str) -> String {
        self.world.lock().unwrap().clusters[cluster_id].config_repo_id.clone()
    }

    /// Cuts a cluster off its repository.
    pub fn unwire(&self, cluster_id: &str) {
        self.world.lock().unwrap().clusters.get_mut(cluster_id).unwrap().config_repo_id.clear();
    }

    /// Forgets a cluster.
    pub fn forget_cluster(&self, cluster_id: &str) {
        self.world.lock().unwrap().clusters.remove(cluster_id);
    }

    /// Forgets a cluster, a template or a repository.
    pub fn forget(&self, id: &str) {
        let mut world = self.world.lock().unwrap();
        world.clusters.remove(id);
        world.templates.remove(id);
        world.forget_repository(id);
    }

    /// Wires a cluster to the repository that another one is wired to.
    pub fn rewire(&self, cluster_id: &str, like: &str) {
        let mut world = self.world.lock().unwrap();
        let repository = world.clusters[like].config_repo_id.clone();
        world.clusters.get_mut(cluster_id).unwrap().config_repo_id = repository;
    }

    /// Says which etag the deletion of a resource must carry.
    pub fn set_etag(&self, id: &str, etag: &str) {
        self.world.lock().unwrap().etags.insert(id.to_owned(), etag.to_owned());
    }

    /// Whether a cluster, template or repository is there.
    pub fn has(&self, id: &str) -> bool {
        let world = self.world.lock().unwrap();
        world.clusters.contains_key(id)
            || world.templates.contains_key(id)
            || world.repositories.contains_key(id)
    }

    /// Where answers about targets wait, after they were looked up.
    pub fn answers(&self) -> &Gate {
        &self.answers
    }

    /// Where deletions wait, before they happen.
    pub fn deletions(&self) -> &Gate {
        &self.deletions
    }

    async fn delete<R>(
        &self,
        id: &str,
        etag: &str,
        not_found: ErrorReason,
        remove: impl FnOnce(&mut World) -> Option<R>,
    ) -> Result<(), Status> {
        self.deletions.pass().await;
        let mut world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        if !etag.is_empty() && world.etags.get(id).is_some_and(|known| known != etag) {
            return Err(status("repo-registry", &Changed));
        }
        remove(&mut world).map(drop).ok_or_else(|| missing(not_found))
    }

    /// Makes every call fail as if nobody were there, or ends that.
    pub fn set_away(&self, is_away: bool) {
        self.world.lock().unwrap().is_away = is_away;
    }
}

fn cluster(name: &str, config_repo_id: &str) -> v1::Cluster {
    v1::Cluster {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        engine_type: "elasticsearch".to_owned(),
        environment: "prod".to_owned(),
        config_repo_id: config_repo_id.to_owned(),
        config_path: format!("configs/{name}"),
        created_at: None,
        ..v1::Cluster::default()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no such thing")]
struct Missing(ErrorReason);

impl Explain for Missing {
    fn code(&self) -> Code {
        Code::NotFound
    }

    fn reason(&self) -> ErrorReason {
        self.0
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it changed since its etag was read")]
struct Changed;

impl Explain for Changed {
    fn code(&self) -> Code {
        Code::Aborted
    }

    fn reason(&self) -> ErrorReason {
        ErrorReason::EtagMismatch
    }
}

fn missing(reason: ErrorReason) -> Status {
    status("repo-registry", &Missing(reason))
}

#[tonic::async_trait]
impl TargetService for Registry {
    async fn resolve_target(
        &self,
        request: Request<v1::ResolveTargetRequest>,
    ) -> Result<Response<v1::ResolveTargetResponse>, Status> {
        let answer = self.resolve(&request.into_inner())?;
        self.answers.pass().await;
        Ok(Response::new(answer))
    }
}

impl Registry {
    fn resolve(
        &self,
        request: &v1::ResolveTargetRequest,
    ) -> Result<v1::ResolveTargetResponse, Status> {
        let world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        let cluster = world
            .clusters
            .get(&request.cluster_id)
            .ok_or_else(|| missing(ErrorReason::ClusterNotFound))?
            .clone();
        let template = world
            .templates
            .get(&request.query_template_id)
            .ok_or_else(|| missing(ErrorReason::TemplateNotFound))?
            .clone();
        let repository = world.repositories.get(&cluster.config_repo_id).cloned();
        Ok(v1::ResolveTargetResponse {
            cluster: Some(cluster),
            query_template: Some(template),
            repository,
        })
    }
}

#[tonic::async_trait]
impl QueryTemplateService for Registry {
    async fn get_query_template(
        &self,
        request: Request<v1::GetQueryTemplateRequest>,
    ) -> Result<Response<v1::GetQueryTemplateResponse>, Status> {
        let world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        let template = world.templates.get(&request.into_inner().query_template_id).cloned();
        let query_template = Some(template.ok_or_else(|| missing(ErrorReason::TemplateNotFound))?);
        Ok(Response::new(v1::GetQueryTemplateResponse { query_template }))
    }

    async fn create_query_template(
        &self,
        _: Request<v1::CreateQueryTemplateRequest>,
    ) -> Result<Response<v1::CreateQueryTemplateResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn update_query_template(
        &self,
        _: Request<v1::UpdateQueryTemplateRequest>,
    ) -> Result<Response<v1::UpdateQueryTemplateResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }

    async fn delete_query_template(
        &self,
        request: Request<v1::DeleteQueryTemplateRequest>,
    ) -> Result<Response<v1::DeleteQueryTemplateResponse>, Status> {
        let v1::DeleteQueryTemplateRequest { query_template_id: id, etag } = request.into_inner();
        self.delete(&id, &etag, ErrorReason::TemplateNotFound, |world| world.templates.remove(&id))
            .await?;
        Ok(Response::new(v1::DeleteQueryTemplateResponse {}))
    }

    async fn list_query_templates(
        &self,
        _: Request<v1::ListQueryTemplatesRequest>,
    ) -> Result<Response<v1::ListQueryTemplatesResponse>, Status> {
        Err(Status::unimplemented("the ledger never asks this"))
    }
}

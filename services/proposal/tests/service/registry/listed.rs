//! What the registry lists: its repositories, one a page, and its Apps.

use pullwright_proto::registry::{self as v1, app_service_server::AppService};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Registry;

/// What a repository is registered with beside its name.
#[derive(Clone, Default)]
pub struct Hook {
    /// The reference of its webhook secret; empty for none.
    pub secret_ref: String,
    /// GitHub's id of the repository.
    pub github_id: i64,
}

impl Registry {
    /// Says what a repository is registered with; whoever knew it before is to notice.
    pub fn set_hook(&self, repository: &str, hook: Hook) {
        let mut world = self.world.lock().unwrap();
        world.hooks.insert(repository.to_owned(), hook);
        world.etags.insert(repository.to_owned(), Uuid::new_v4().to_string());
    }

    /// Gives a repository a webhook secret.
    pub fn give_webhook(&self, repository: &str) {
        self.set_hook(repository, Hook { secret_ref: "hook".to_owned(), github_id: 0 });
    }

    /// Registers a repository beside those that clusters are wired to; gives its id.
    pub fn repository(&self, name: &str) -> String {
        let cluster = self.wired_cluster(name);
        self.repository_of(&cluster)
    }

    /// Takes a repository out of the registry, to put it back.
    pub fn take(&self, id: &str) -> v1::TargetRepository {
        self.world.lock().unwrap().repositories.remove(id).unwrap()
    }

    /// Puts a repository back.
    pub fn put(&self, repository: v1::TargetRepository) {
        self.world.lock().unwrap().repositories.insert(repository.id.clone(), repository);
    }

    /// Configures an App with a webhook; gives its id.
    pub fn app(&self, slug: &str) -> String {
        let app = v1::App {
            id: Uuid::now_v7().to_string(),
            host: "https://github.com".to_owned(),
            github_id: 4711,
            slug: slug.to_owned(),
            has_webhook: true,
        };
        let id = app.id.clone();
        self.world.lock().unwrap().apps.push(app);
        id
    }

    /// How often the first page of repositories was asked for.
    pub fn lists(&self) -> usize {
        self.world.lock().unwrap().lists
    }

    pub(super) fn list(&self, after: &str) -> Result<v1::ListConfigReposResponse, Status> {
        let mut world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        world.lists += usize::from(after.is_empty());
        let mut listed: Vec<_> = world
            .repositories
            .values()
            .filter(|repository| repository.id.as_str() > after)
            .map(|repository| {
                let hook = world.hooks.get(&repository.id).cloned().unwrap_or_default();
                v1::ConfigRepo {
                    id: repository.id.clone(),
                    repo_url: format!(
                        "{}/{}/{}",
                        repository.host, repository.owner, repository.name
                    ),
                    webhook_secret_ref: hook.secret_ref,
                    github_id: hook.github_id,
                    etag: world.etags.get(&repository.id).cloned().unwrap_or_default(),
                    ..v1::ConfigRepo::default()
                }
            })
            .collect();
        listed.sort_by(|one, other| one.id.cmp(&other.id));
        let has_more = listed.len() > 1;
        listed.truncate(1);
        Ok(v1::ListConfigReposResponse {
            next_page_token: match has_more {
                true => listed[0].id.clone(),
                false => String::new(),
            },
            config_repos: listed,
            has_more,
            ..v1::ListConfigReposResponse::default()
        })
    }
}

#[tonic::async_trait]
impl AppService for Registry {
    async fn list_apps(
        &self,
        _: Request<v1::ListAppsRequest>,
    ) -> Result<Response<v1::ListAppsResponse>, Status> {
        let world = self.world.lock().unwrap();
        if world.is_away {
            return Err(Status::unavailable("away"));
        }
        Ok(Response::new(v1::ListAppsResponse { apps: world.apps.clone() }))
    }
}

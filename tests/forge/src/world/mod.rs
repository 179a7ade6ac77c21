//! The model of the forge: repositories, pull requests, comments, hooks, deliveries, tokens, Apps and what is kept
//! of requests. Pure rules; it does no I/O, reads no clock and runs no git.

mod bulk;
mod comment;
mod commit;
mod delivery;
mod delivery_log;
mod fault;
mod github_app;
mod hook;
mod node_id;
mod policy;
mod pull;
mod repository;
mod request;
mod token;
mod user;

use std::collections::BTreeMap;

pub use bulk::{NewPulls, PullChange, PullChanges, PullChangesReport, PullStep};
pub use comment::Comment;
pub use commit::{Branch, Commit, FileContent, NewCommit, Signature};
pub(crate) use delivery::PENDING;
pub use delivery::{Delivery, DeliveryCounts, DeliveryRequest, DeliveryResponse};
pub(crate) use delivery_log::{DeliveryLog, Ending};
pub use fault::{Fault, FaultKind, FaultRecord};
pub use github_app::{GithubApp, Installation, NewApp, NewInstallation};
pub use hook::{Hook, HookEdit, HookFormat, LastResponse, NewHook};
pub(crate) use node_id::{node_id, parse_node_id};
pub(crate) use policy::Fate;
pub use policy::{DeliveryPolicy, PolicyRecord};
pub use pull::{MergeMethod, MergeRequest, NewPull, Pull, PullState, ReopenRefusal};
pub use repository::{NewRepository, Repository, RepositoryToken};
pub(crate) use request::RequestLog;
pub use request::{RequestRecord, StatusCounters};
pub use token::{Grant, NewToken, Permission, TokenKind};
pub(crate) use token::{Identity, Tokens};
pub use user::User;

/// Everything that the forge remembers, bare repositories aside.
#[derive(Default)]
pub(crate) struct World {
    last_id: u64,
    repositories: BTreeMap<u64, Repository>,
    by_name: BTreeMap<String, u64>,
    by_old_name: BTreeMap<String, u64>,
    users: BTreeMap<String, User>,
    /// What was sent to hooks.
    pub(crate) deliveries: DeliveryLog,
    /// GitHub Apps by id.
    pub(crate) apps: BTreeMap<u64, GithubApp>,
    /// Who may do what.
    pub(crate) tokens: Tokens,
}

impl World {
    /// Gives out the next numeric id; no two things of any kind share one.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        10_000 + self.last_id
    }

    /// Takes in a repository; its name must be free.
    pub(crate) fn insert(&mut self, repository: Repository) {
        self.by_name.insert(repository.full_name.to_lowercase(), repository.id);
        self.repositories.insert(repository.id, repository);
    }

    /// Finds a repository by `owner/name`, whatever the case of its letters.
    pub(crate) fn find(&self, full_name: &str) -> Option<&Repository> {
        self.by_name.get(&full_name.to_lowercase()).and_then(|id| self.repositories.get(id))
    }

    /// Finds the repository that had a name before, unless another one has it now.
    pub(crate) fn moved(&self, full_name: &str) -> Option<&Repository> {
        let name = full_name.to_lowercase();
        if self.by_name.contains_key(&name) {
            return None;
        }
        self.by_old_name.get(&name).and_then(|id| self.repositories.get(id))
    }

    /// Gives a repository another name, which must be free; its old one leads to it from now on.
    pub(crate) fn rename(&mut self, id: u64, change: impl FnOnce(&mut Repository)) {
        let Some(repository) = self.repositories.get_mut(&id) else { return };
        let old = repository.full_name.clone();
        change(repository);
        let new = repository.full_name.clone();
        self.by_name.remove(&old.to_lowercase());
        self.by_old_name.remove(&new.to_lowercase());
        self.by_name.insert(new.to_lowercase(), id);
        self.by_old_name.insert(old.to_lowercase(), id);
        self.tokens.renamed(&old, &new);
        let installations = self.apps.values_mut().flat_map(|app| app.installations.values_mut());
        for pattern in installations.flat_map(|installation| &mut installation.repositories) {
            if pattern.eq_ignore_ascii_case(&old) {
                pattern.clone_from(&new);
            }
        }
    }

    /// Forgets a repository under all its names.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Repository> {
        self.by_name.retain(|_, named| *named != id);
        self.by_old_name.retain(|_, named| *named != id);
        self.repositories.remove(&id)
    }

    /// Returns a hook of a repository or of an App, to change it.
    pub(crate) fn hook_mut(&mut self, id: u64) -> Option<&mut Hook> {
        let of_apps = self.apps.values_mut().filter_map(|app| app.hook.as_mut());
        let mut of_repositories =
            self.repositories.values_mut().filter_map(|repository| repository.hooks.get_mut(&id));
        of_repositories.next().or_else(|| of_apps.into_iter().find(|hook| hook.id == id))
    }

    /// Returns a repository by its id.
    pub(crate) fn repository(&self, id: u64) -> Option<&Repository> {
        self.repositories.get(&id)
    }

    /// Returns a repository by its id, to change it.
    pub(crate) fn repository_mut(&mut self, id: u64) -> Option<&mut Repository> {
        self.repositories.get_mut(&id)
    }

    /// Lists the repositories, the oldest first.
    pub(crate) fn repositories(&self) -> impl Iterator<Item = &Repository> {
        self.repositories.values()
    }

    /// Returns the account of a login, making it on first sight.
    pub(crate) fn user(&mut self, login: &str) -> User {
        if let Some(user) = self.users.get(&login.to_lowercase()) {
            return user.clone();
        }
        let user = User { id: self.next_id(), login: login.to_owned(), organization: false };
        self.users.insert(login.to_lowercase(), user.clone());
        user
    }

    /// Marks an account as an organization, as owners of repositories are unless they hold a token.
    pub(crate) fn organization(&mut self, login: &str) {
        let mut user = self.user(login);
        user.organization = true;
        self.users.insert(login.to_lowercase(), user);
    }
}

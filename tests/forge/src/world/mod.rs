//! The model of the forge: repositories, pull requests, comments, hooks, deliveries, tokens and what is kept of
//! requests. Pure rules; it does no I/O, reads no clock and runs no git.

mod comment;
mod commit;
mod delivery;
mod fault;
mod hook;
mod node_id;
mod pull;
mod repository;
mod request;
mod token;
mod user;

use std::collections::BTreeMap;

pub use comment::Comment;
pub use commit::{Branch, Commit, FileContent, NewCommit, Signature};
pub use delivery::{Delivery, DeliveryRequest, DeliveryResponse};
pub use fault::{Fault, FaultKind, FaultRecord};
pub use hook::{Hook, NewHook};
pub(crate) use node_id::node_id;
pub use pull::{MergeMethod, MergeRequest, NewPull, Pull, PullState, ReopenRefusal};
pub use repository::{NewRepository, Repository, RepositoryToken};
pub(crate) use request::RequestLog;
pub use request::RequestRecord;
pub use token::{Grant, NewToken, Permission, TokenKind};
pub(crate) use token::{Identity, Tokens};
pub use user::User;

/// Everything that the forge remembers, bare repositories aside.
#[derive(Default)]
pub(crate) struct World {
    last_id: u64,
    repositories: BTreeMap<u64, Repository>,
    by_name: BTreeMap<String, u64>,
    users: BTreeMap<String, User>,
    /// What was sent to hooks, by id.
    pub(crate) deliveries: BTreeMap<u64, Delivery>,
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

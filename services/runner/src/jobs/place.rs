//! Where a job works: the repository on its host, with the credential for it.

use pullwright_proto::job::Target;
use pullwright_settings::SecretString;
use pullwright_types::{Host, Malformed, RepositoryName};
use uuid::Uuid;

use super::{Attempt, Look};
use crate::{App, error::JobError, git::Remote};

/// A repository that can be worked on.
pub struct Place {
    /// The host.
    pub host: Host,
    /// Owner and name.
    pub name: RepositoryName,
    /// The credential.
    pub token: SecretString,
    /// The same for git.
    pub remote: Remote,
}

impl Place {
    /// Finds the target's host and has a credential minted for it; the target must be the lane's.
    pub(super) async fn find(
        attempt: &Attempt<'_>,
        target: Option<&Target>,
    ) -> Result<(Self, Target), JobError> {
        let lanes = attempt.lock.repository_id().to_string();
        if target.is_some_and(|target| target.repository_id != lanes) {
            return Err(malformed("is another repository than the lane's"));
        }
        Self::of(attempt, target).await
    }

    /// Finds the target's host and has a credential minted for it.
    pub(super) async fn of(
        look: &Look<'_>,
        target: Option<&Target>,
    ) -> Result<(Self, Target), JobError> {
        let target = target.ok_or_else(|| malformed("is missing"))?.clone();
        let repository_id: Uuid =
            target.repository_id.parse().map_err(|_| malformed("has no repository's id"))?;
        let host = look.app.settings.hosts.by_web(&target.host).cloned();
        let host = host.ok_or_else(|| JobError::UnknownHost { host: target.host.clone() })?;
        let name = RepositoryName::new(&target.owner, &target.name)
            .map_err(|source| JobError::Spec { field: "target", source })?;
        let minted = look.app.keyring.mint(&target.repository_id);
        let token = look.steps.time("mint_credential", minted).await?.token;
        Ok((Self::new(repository_id, host, name, token), target))
    }

    /// A repository whose parts are known.
    pub fn new(repository_id: Uuid, host: Host, name: RepositoryName, token: SecretString) -> Self {
        let remote = Remote::new(repository_id, &host, &name, token.clone());
        Self { host, name, token, remote }
    }

    /// The same place, where questions leave nothing behind and are in nobody's way.
    pub fn aside(self) -> Self {
        Self { remote: self.remote.aside(), ..self }
    }

    /// The repository's REST API.
    pub fn api<'a>(&'a self, app: &'a App) -> pullwright_github::Repository<'a> {
        app.github.repository(&self.host, &self.name, &self.token)
    }
}

fn malformed(rule: &'static str) -> JobError {
    JobError::Spec { field: "target", source: Malformed { rule } }
}

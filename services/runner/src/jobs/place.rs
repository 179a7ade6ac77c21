//! Where a job works: the repository on its host, with the credential for it.

use pullwright_proto::job::Target;
use pullwright_settings::SecretString;
use pullwright_types::{Host, RepositoryName};

use super::Attempt;
use crate::{error::JobError, git::Remote};

/// A repository that can be worked on.
pub(super) struct Place {
    pub(super) host: Host,
    pub(super) name: RepositoryName,
    pub(super) token: SecretString,
    pub(super) remote: Remote,
}

impl Place {
    /// Finds the target's host and has a credential minted for it.
    pub(super) async fn find(
        attempt: &Attempt<'_>,
        target: Option<&Target>,
    ) -> Result<(Self, Target), JobError> {
        let malformed = |field: &'static str, rule: &'static str| JobError::Spec {
            field,
            source: pullwright_types::Malformed { rule },
        };
        let target = target.ok_or_else(|| malformed("target", "is missing"))?.clone();
        let repository_id = attempt.lock.repository_id();
        if target.repository_id != repository_id.to_string() {
            return Err(malformed("target", "is another repository than the lane's"));
        }
        let host = attempt.app.settings.hosts.by_web(&target.host).cloned();
        let host = host.ok_or_else(|| JobError::UnknownHost { host: target.host.clone() })?;
        let name = RepositoryName::new(&target.owner, &target.name)
            .map_err(|source| JobError::Spec { field: "target", source })?;
        let token = attempt
            .steps
            .time("mint_credential", attempt.app.keyring.mint(&target.repository_id))
            .await?;
        let remote = Remote::new(repository_id, &host, &name, token.clone());
        Ok((Self { host, name, token, remote }, target))
    }

    /// The repository's REST API.
    pub(super) fn api<'a>(&'a self, attempt: &'a Attempt<'_>) -> pullwright_github::Repository<'a> {
        attempt.app.github.repository(&self.host, &self.name, &self.token)
    }
}

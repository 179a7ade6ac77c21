//! Where such a job looks: a repository's REST and GraphQL API, with the credential for it. It follows the repository to a new name.

use pullwright_github::{Repository, Trail};
use pullwright_proto::job::RepositoryRef;
use pullwright_settings::SecretString;
use pullwright_types::{Host, Malformed, RepositoryName};

use super::Reading;
use crate::{App, error::JobError};

/// A repository that can be looked at.
pub(super) struct Site {
    /// Its id in the registry.
    pub(super) id: String,
    pub(super) host: Host,
    pub(super) name: RepositoryName,
    token: SecretString,
    /// GitHub's id of it, if the registry knows it.
    github_id: Option<i64>,
    trail: Trail,
}

impl Site {
    /// Finds the repository's host and has a credential minted for it.
    pub(super) async fn find(
        reading: &Reading<'_>,
        repository: Option<&RepositoryRef>,
    ) -> Result<Self, JobError> {
        let malformed = |source| JobError::Spec { field: "repository", source };
        let given = repository.ok_or(malformed(Malformed { rule: "is missing" }))?;
        let host = host(reading.app, &given.host)?;
        let name = RepositoryName::new(&given.owner, &given.name).map_err(malformed)?;
        let minted = reading.app.keyring.mint(&given.repository_id);
        let token = reading.steps.time("mint_credential", minted).await?.token;
        let github_id = Some(given.github_id).filter(|id| *id > 0);
        Ok(Self {
            id: given.repository_id.clone(),
            host,
            name,
            token,
            github_id,
            trail: Trail::default(),
        })
    }

    /// The repository's API.
    pub(super) fn api<'a>(&'a self, app: &'a App) -> Repository<'a> {
        app.github.repository(&self.host, &self.name, &self.token).on(&self.trail)
    }

    /// How many requests GitHub answered.
    pub(super) fn requests(&self) -> i32 {
        self.trail.answered().try_into().unwrap_or(i32::MAX)
    }

    /// Whether what GitHub says is about this repository: its id never changes, its name may, and another repository may get the name.
    pub(super) fn is_it(&self, github_id: Option<i64>) -> Result<(), JobError> {
        match (self.github_id, github_id) {
            (Some(known), Some(now)) if known != now => {
                Err(JobError::AnotherRepository { full_name: self.name.to_string(), known, now })
            }
            _ => Ok(()),
        }
    }

    /// Asks GitHub which repository has this name, and tells the registry what is news of it. Under the name of one that was deleted there
    /// may be another one, of which nothing else tells: nothing moved.
    ///
    /// # Errors
    /// It is another repository, or GitHub or the registry did not answer.
    pub(super) async fn identify(&mut self, reading: &Reading<'_>) -> Result<(), JobError> {
        let api = self.api(reading.app);
        let facts = reading.steps.time("get_repository", api.get()).await?;
        self.settle(reading, Some((facts.id, facts.full_name))).await
    }

    /// Tells the registry what GitHub calls the repository, when that is news. `seen` is what answers said of it on the way, its id
    /// and full name; without that GitHub is asked.
    pub(super) async fn settle(
        &mut self,
        reading: &Reading<'_>,
        seen: Option<(i64, String)>,
    ) -> Result<(), JobError> {
        let is_news = |(id, name): &(i64, String)| {
            self.github_id != Some(*id) || !name.eq_ignore_ascii_case(&self.name.to_string())
        };
        let needs_asking = self.trail.moved_to().is_some() || self.github_id.is_none();
        let (id, full_name) = match seen {
            Some(seen) if !is_news(&seen) => return Ok(()),
            Some(seen) => seen,
            None if !needs_asking => return Ok(()),
            None => {
                let api = self.api(reading.app);
                let facts = reading.steps.time("get_repository", api.get()).await?;
                (facts.id, facts.full_name)
            }
        };
        self.is_it(Some(id))?;
        let malformed = |source| JobError::Spec { field: "repository", source };
        let (owner, name) = full_name
            .split_once('/')
            .ok_or(malformed(Malformed { rule: "has no owner and name on GitHub" }))?;
        let name = RepositoryName::new(owner, name).map_err(malformed)?;
        let renamed = reading.app.registry.report_repository(&self.id, id, &full_name).await?;
        if renamed {
            tracing::info!(
                repository.id = self.id,
                repository.name = full_name,
                "the repository has another name now"
            );
        }
        (self.name, self.github_id) = (name, Some(id));
        Ok(())
    }
}

/// The host with this web address.
pub(super) fn host(app: &App, web: &str) -> Result<Host, JobError> {
    let host = app.settings.hosts.by_web(web).cloned();
    host.ok_or_else(|| JobError::UnknownHost { host: web.to_owned() })
}

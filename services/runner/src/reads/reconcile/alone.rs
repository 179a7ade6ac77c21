//! Pull requests that are asked for one by one.

use pullwright_github::{Conditional, GithubError, PullRequest};
use pullwright_proto::{
    error::ErrorReason,
    job::{PullRequestSight, PullRequestWatch, SightFailure},
};

use super::{Round, sight};
use crate::{error::JobError, reads::failure};

/// So often in a row GitHub may break before it is taken for broken as a whole.
const PATIENCE: usize = 3;

impl Round<'_> {
    /// Asks for each, until something is wrong with the repository as a whole.
    pub(super) async fn one_by_one(
        &mut self,
        watches: &[PullRequestWatch],
    ) -> Result<Vec<PullRequestSight>, JobError> {
        let mut sights = Vec::with_capacity(watches.len());
        for watch in watches {
            self.reading.go_on()?;
            sights.push(self.alone(watch).await);
        }
        Ok(sights)
    }

    /// Asks for one.
    pub(super) async fn alone(&mut self, watch: &PullRequestWatch) -> PullRequestSight {
        if let Some(failure) = &self.failure {
            return sight::failed(watch, failure.clone());
        }
        let pulls = self.site.api(self.reading.app).pulls();
        let asked = pulls.get_unless(sight::number(watch), &watch.etag);
        match self.reading.steps.time("get_pull_request", asked).await {
            Ok(Conditional::Unmodified) => {
                self.broken = 0;
                sight::unchanged(watch)
            }
            Ok(Conditional::Modified { value, etag }) => {
                self.broken = 0;
                self.described(watch, &value, etag)
            }
            Err(error) => self.refused(watch, error),
        }
    }

    /// GitHub described a pull request; it must be the one that was asked for.
    pub(super) fn described(
        &mut self,
        watch: &PullRequestWatch,
        pull: &PullRequest,
        etag: String,
    ) -> PullRequestSight {
        if let Err(error) = self.site.is_it(pull.base.repository_id) {
            return sight::gone(watch, failure::of(self.reading.app, &error));
        }
        if self.seen.is_none() {
            self.seen = pull.base.repository_id.zip(pull.base.repository.clone());
        }
        sight::seen(watch, pull, etag)
    }

    fn refused(&mut self, watch: &PullRequestWatch, error: GithubError) -> PullRequestSight {
        if matches!(error, GithubError::NotFound { .. } | GithubError::Gone { .. }) {
            self.broken = 0;
            return self.is_gone(watch);
        }
        self.broken += 1;
        let is_whole = is_of_the_repository(&error) || self.broken >= PATIENCE;
        let failure = failure::of(self.reading.app, &error.into());
        if is_whole {
            self.failure = Some(failure.clone());
        }
        sight::failed(watch, failure)
    }

    /// Tells that GitHub does not know it.
    pub(super) fn is_gone(&self, watch: &PullRequestWatch) -> PullRequestSight {
        let (name, host) = (&self.site.name, &self.site.host.web);
        let message = format!(
            "{host} does not know pull request #{} of {name} any more: it or the repository was deleted, or the repository's credential may not see it",
            sight::number(watch)
        );
        let reason = ErrorReason::PullRequestGone.reason().to_owned();
        sight::gone(watch, SightFailure { reason, message, retry_after: None })
    }
}

/// Whether the same would be answered to any question about this repository.
pub(super) fn is_of_the_repository(error: &GithubError) -> bool {
    matches!(
        error,
        GithubError::AuthFailed { .. }
            | GithubError::Forbidden { .. }
            | GithubError::RateLimited { .. }
            | GithubError::Unreachable { .. }
            | GithubError::Moved { .. }
    )
}

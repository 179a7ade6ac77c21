//! Pull requests that are asked for by one query. What the query does not show is asked for alone: it says less of why.

use pullwright_github::{GithubError, PullRequest};
use pullwright_proto::{
    error::ErrorReason,
    job::{PullRequestSight, PullRequestWatch, SightFailure},
};

use super::{FEW, Round, alone::is_of_the_repository, sight};
use crate::{error::JobError, reads::failure};

impl Round<'_> {
    /// Asks for at most a hundred.
    pub(super) async fn many(
        &mut self,
        watches: &[PullRequestWatch],
    ) -> Result<Vec<PullRequestSight>, JobError> {
        let found = match self.query(watches).await {
            Some(found) => {
                let hidden = watches.iter().zip(&found).filter(|(watch, pull)| !is(watch, pull));
                let hidden = hidden.count();
                self.is_gone |= hidden > FEW && self.is_repository_gone().await;
                found
            }
            None => watches.iter().map(|_| None).collect(),
        };
        if self.is_gone {
            return Ok(watches.iter().map(|watch| self.is_gone(watch)).collect());
        }
        let mut sights = Vec::with_capacity(watches.len());
        for (watch, pull) in watches.iter().zip(found) {
            self.reading.go_on()?;
            sights.push(match pull.filter(|pull| pull.number == sight::number(watch)) {
                Some(pull) => self.described(watch, &pull, String::new()),
                None => self.rest(watch).await,
            });
        }
        Ok(sights)
    }

    /// What the query shows of each; `None` when there is no answer.
    async fn query(&mut self, watches: &[PullRequestWatch]) -> Option<Vec<Option<PullRequest>>> {
        if self.failure.is_some() || self.no_query || self.is_gone {
            return None;
        }
        let node_id = |watch: &PullRequestWatch| {
            watch.pull_request.as_ref().map(|known| known.node_id.clone()).unwrap_or_default()
        };
        let ids: Vec<String> = watches.iter().map(node_id).collect();
        let known: Vec<&str> = ids.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
        if known.is_empty() {
            return None;
        }
        let pulls = self.site.api(self.reading.app).pulls();
        let asked = pulls.get_by_node_ids(&known);
        match self.reading.steps.time("query_pull_requests", asked).await {
            Ok(found) => {
                let mut found = found.into_iter();
                let each = ids.iter().map(|id| (!id.is_empty()).then(|| found.next()).flatten());
                Some(each.map(Option::flatten).collect())
            }
            Err(error) => {
                let is_whole = is_of_the_query(&error);
                tracing::warn!(error = %error, is_whole, "the query for pull requests was refused");
                if is_whole {
                    self.failure = Some(failure::of(self.reading.app, &error.into()));
                }
                // A token may be let into REST only, and an old server may not know a field.
                self.no_query = true;
                None
            }
        }
    }

    /// Asks for one that the query did not show, while there is room.
    async fn rest(&mut self, watch: &PullRequestWatch) -> PullRequestSight {
        if self.failure.is_none() && self.alone_left == 0 {
            let failure = SightFailure {
                reason: ErrorReason::GithubApiFailed.reason().to_owned(),
                message: "GitHub's GraphQL API did not show it, and too many others of the same round had to be asked for one by one; it is asked for next time".to_owned(),
                retry_after: None,
            };
            return sight::failed(watch, failure);
        }
        self.alone_left = self.alone_left.saturating_sub(1);
        self.alone(watch).await
    }

    /// One question instead of one for each.
    async fn is_repository_gone(&mut self) -> bool {
        let api = self.site.api(self.reading.app);
        matches!(
            self.reading.steps.time("get_repository", api.get()).await,
            Err(GithubError::NotFound { .. } | GithubError::Gone { .. })
        )
    }
}

fn is(watch: &PullRequestWatch, pull: &Option<PullRequest>) -> bool {
    pull.as_ref().is_some_and(|pull| pull.number == sight::number(watch))
}

/// Whether REST would answer the same. That GraphQL is forbidden says nothing of REST.
fn is_of_the_query(error: &GithubError) -> bool {
    let is_forbidden = matches!(error, GithubError::Forbidden { .. });
    let is_slow = matches!(error, GithubError::Timeout { .. });
    is_slow || (is_of_the_repository(error) && !is_forbidden)
}

//! What is told of a pull request that was looked at.

use pullwright_github::PullRequest;
use pullwright_proto::job::{
    PullRequestSight, PullRequestWatch, SightFailure, pull_request_sight::Sight,
};

use crate::jobs::reference;

/// GitHub described it.
pub(super) fn seen(watch: &PullRequestWatch, pull: &PullRequest, etag: String) -> PullRequestSight {
    PullRequestSight { etag, ..of(watch, Sight::Seen(reference(pull))) }
}

/// It is as it was when this entity tag was given.
pub(super) fn unchanged(watch: &PullRequestWatch) -> PullRequestSight {
    PullRequestSight { etag: watch.etag.clone(), ..of(watch, Sight::Unchanged(())) }
}

/// GitHub does not know it.
pub(super) fn gone(watch: &PullRequestWatch, failure: SightFailure) -> PullRequestSight {
    of(watch, Sight::Gone(failure))
}

/// Nobody can say.
pub(super) fn failed(watch: &PullRequestWatch, failure: SightFailure) -> PullRequestSight {
    of(watch, Sight::Failed(failure))
}

/// The pull request's number.
pub(super) fn number(watch: &PullRequestWatch) -> i64 {
    watch.pull_request.as_ref().map(|known| known.number).unwrap_or_default()
}

fn of(watch: &PullRequestWatch, sight: Sight) -> PullRequestSight {
    PullRequestSight {
        proposal_id: watch.proposal_id.clone(),
        generation: watch.generation,
        sight: Some(sight),
        etag: String::new(),
    }
}

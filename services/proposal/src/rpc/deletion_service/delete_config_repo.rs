//! `DeleteConfigRepo`.

use pullwright_proto::proposal as v1;
use uuid::Uuid;

use crate::{App, domain::usage::Resource, error::Result, rpc::deletion::Deletion, store::usage};

/// Deletes a config repository that no unfinished proposal writes to, nor would when it is opened next.
///
/// # Errors
/// A proposal needs it, the registry refused, or a dependency is away.
pub(super) async fn delete_config_repo(
    app: &App,
    request: v1::DeleteConfigRepoRequest,
) -> Result<v1::DeleteConfigRepoResponse> {
    let id = request.config_repo_id;
    let wired = match Uuid::try_parse(&id) {
        Ok(id) => app.registry.wired_clusters(id).await?,
        Err(_) => Vec::new(),
    };
    let deletion = Deletion::begin(app, Resource::ConfigRepo, &id, async |tx, id| {
        usage::of_config_repo(tx, id, &wired).await
    })
    .await?;
    let answer = app.registry.delete_config_repo(id, request.etag).await;
    deletion.end(app, &answer).await;
    answer.map(|()| v1::DeleteConfigRepoResponse {})
}

//! Deletes a config repository, softly.

use pullwright_proto::registry::{DeleteConfigRepoRequest, DeleteConfigRepoResponse};

use crate::{
    App, Error, convert,
    error::Result,
    rpc::given,
    store::{clusters, config_repos},
};

/// Makes a config repository one that is there for nobody and unwires its clusters; the ledger has seen that no unfinished proposal
/// needs it.
///
/// Its secrets stay bound, and are given to nobody for it from now on. Registered again, it has the same id.
///
/// # Errors
/// There is none of this id, deleted before or never there, or the etag is old.
pub(super) async fn delete_config_repo(
    app: &App,
    request: DeleteConfigRepoRequest,
) -> Result<DeleteConfigRepoResponse> {
    let missing = || Error::no_config_repo(&request.config_repo_id);
    let id = convert::id(&request.config_repo_id).ok_or_else(missing)?;
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = config_repos::lock(&tx, id).await?.ok_or_else(missing)?;
    given::etag("config repository", id, found.etag, &request.etag)?;
    config_repos::delete(&tx, id).await?;
    // After the lock, which whoever wires a cluster to it waits for: none is wired to it when this is over.
    let unwired = clusters::unwire(&tx, id).await?;
    tx.commit().await?;
    tracing::info!(repository.id = %id, unwired, "deleted config repository {}", found.name);
    Ok(DeleteConfigRepoResponse {})
}

//! Checks all that a config repository needs before a pull request can be opened on it. Reads only.

use pullwright_proto::runner::{CheckConfigRepoRequest, CheckConfigRepoResponse, CheckOutcome};
use uuid::Uuid;

use crate::{
    App,
    checks::{self, Asked},
    rpc::Error,
};

pub(super) async fn check_config_repo(
    app: &App,
    request: CheckConfigRepoRequest,
) -> Result<CheckConfigRepoResponse, Error> {
    let id: Uuid = request.config_repo_id.parse().map_err(|_| {
        Error::invalid("config_repo_id", "must be a config repository's id, a UUID")
    })?;
    app.questions.ask(answer(app, id)).await
}

async fn answer(app: &App, id: Uuid) -> Result<CheckConfigRepoResponse, Error> {
    let registry = &app.registry;
    let asked = Asked {
        id,
        config_repo: registry.config_repo(id).await.map_err(Error::Refused)?,
        clusters: registry.clusters(id).await.map_err(Error::Refused)?,
        templates: registry.templates().await.map_err(Error::Refused)?,
    };
    let report = checks::run(app, &asked).await?;
    let (lines, credential_expires_at) = report.finish(&app.redactor);
    let ok = lines.iter().all(|line| line.outcome() != CheckOutcome::Fail);
    tracing::info!(config_repo.id = %id, ok, lines = lines.len(), "checked a config repository");
    Ok(CheckConfigRepoResponse { lines, ok, credential_expires_at })
}

//! Says where a change is written.

use pullwright_proto::registry::{ResolveTargetRequest, ResolveTargetResponse, TargetRepository};

use crate::{
    App, Error, convert, credential,
    domain::ConfigRepo,
    error::Result,
    store::{clusters, config_repos, query_templates},
};

/// Returns the cluster, the template and the repository that a change goes to.
///
/// # Errors
/// There is no such cluster or template.
pub(super) async fn resolve_target(
    app: &App,
    request: ResolveTargetRequest,
) -> Result<ResolveTargetResponse> {
    let client = app.db.client().await?;
    let no_cluster = || Error::no_cluster(&request.cluster_id);
    let id = convert::id(&request.cluster_id).ok_or_else(no_cluster)?;
    let cluster = clusters::find(&client, id).await?.ok_or_else(no_cluster)?;
    let no_template = || Error::no_template(&request.query_template_id);
    let id = convert::id(&request.query_template_id).ok_or_else(no_template)?;
    let template = query_templates::find(&client, id).await?.ok_or_else(no_template)?;
    let repo = match cluster.config_repo_id {
        Some(id) => config_repos::find(&client, id).await?,
        None => None,
    };
    drop(client);
    let repository = match repo {
        Some(repo) => Some(target(app, repo).await?),
        None => None,
    };
    Ok(ResolveTargetResponse {
        cluster: Some(cluster.into()),
        query_template: Some(template.into()),
        repository,
    })
}

async fn target(app: &App, repo: ConfigRepo) -> Result<TargetRepository> {
    let credential_problem = match credential::of(&app.secrets, &repo).await {
        Ok(_) => String::new(),
        Err(error @ Error::NotConfigured { .. }) => error.to_string(),
        Err(error) => return Err(error),
    };
    Ok(TargetRepository {
        id: repo.id.to_string(),
        host: repo.host,
        owner: repo.repository.owner().to_owned(),
        name: repo.repository.name().to_owned(),
        pr_base_branch: repo.pr_base_branch,
        has_credential: credential_problem.is_empty(),
        credential_problem,
    })
}

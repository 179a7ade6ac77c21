//! `GET /api/v1/config-repos/{id}`: the registry's row with the ledger's newest merge.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::{proposal::GetLiveProposalRequest, registry::GetConfigRepoRequest};

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{ConfigRepoId, Id},
        shape::{ConfigRepo, Tagged},
        shown,
    },
};

pub(in crate::rest) async fn get(
    State(app): State<Arc<App>>,
    id: Id<ConfigRepoId>,
) -> Result<Tagged<ConfigRepo>, ApiError> {
    let config_repo_id = id.to_string();
    let request = GetConfigRepoRequest { config_repo_id: config_repo_id.clone() };
    let mut config_repos = app.cores.config_repos.clone();
    let found = ask(Core::Registry, config_repos.get_config_repo(request)).await?;
    let repo: ConfigRepo = shown(Core::Registry, found.config_repo)?;

    let mut proposals = app.cores.proposals.clone();
    let request = GetLiveProposalRequest { config_repo_id };
    let live = ask(Core::Proposal, proposals.get_live_proposal(request)).await?.proposal;
    let live = live.map(|live| shown(Core::Proposal, Some(live))).transpose()?;
    Ok(Tagged(repo.with_last_merged(live)))
}

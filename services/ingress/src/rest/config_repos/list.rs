//! `GET /api/v1/config-repos`: without their newest merges, which are the ledger's.

use pullwright_proto::registry::ListConfigReposRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{Asked, Collection, Listing, filter::Filter, list::text},
        shape::{ConfigRepo, Counted},
    },
};

/// The registry's config repositories.
pub(in crate::rest) enum ConfigRepos {}

impl Listing for ConfigRepos {
    type Row = ConfigRepo;
    const FILTERS: &'static [Filter] = &[
        text("name", "Only the one of this name."),
        text("repo_url", "Only the one with this address, as registered."),
    ];
    const SORTS: &'static [&'static str] = &["created_at", "name"];
}

impl Collection for ConfigRepos {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<ConfigRepo>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListConfigReposRequest { page_size, page_token, filter, order_by };
        let mut config_repos = cores.config_repos.clone();
        let found = ask(Core::Registry, config_repos.list_config_repos(request)).await?;
        let data = all_shown(Core::Registry, found.config_repos)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

//! `GET /api/v1/clusters`.

use pullwright_proto::registry::ListClustersRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{
            Asked, Collection, Listing,
            filter::Filter,
            list::{id, text, word},
        },
        shape::{Cluster, Counted, words},
    },
};

/// The registry's clusters.
pub(in crate::rest) enum Clusters {}

impl Listing for Clusters {
    type Row = Cluster;
    const FILTERS: &'static [Filter] = &[
        text("name", "Only the one of this name."),
        word("engine_type", words::ENGINE_TYPES, "Only those of this engine."),
        word("environment", words::ENVIRONMENTS, "Only those of this environment."),
        id("config_repo_id", "Only those that are wired to this config repository."),
    ];
    const SORTS: &'static [&'static str] = &["created_at", "name"];
}

impl Collection for Clusters {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<Cluster>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListClustersRequest { page_size, page_token, filter, order_by };
        let mut clusters = cores.clusters.clone();
        let found = ask(Core::Registry, clusters.list_clusters(request)).await?;
        let data = all_shown(Core::Registry, found.clusters)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

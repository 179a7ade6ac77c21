//! `GET /api/v1/clusters`: the newest first.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::ListClustersRequest;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::Page,
        shape::{Cluster, Counted},
    },
};

pub(in crate::rest) async fn list(
    State(app): State<Arc<App>>,
    page: Page,
) -> Result<Counted<Cluster>, ApiError> {
    let request = ListClustersRequest {
        page_size: page.limit,
        page_token: String::new(),
        ..ListClustersRequest::default()
    };
    let mut clusters = app.cores.clusters.clone();
    let found = ask(Core::Registry, clusters.list_clusters(request)).await?;
    let data = all_shown(Core::Registry, found.clusters)?;
    Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
}

//! `GET /api/v1/repositories`: what is watched, and what went wrong last.

use pullwright_proto::delivery::ListWatchedRepositoriesRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{Asked, Collection, Listing, filter::Filter, list::id},
        shape::{Counted, WatchedRepository},
    },
};

/// The repositories that the ledger watches.
pub(in crate::rest) enum Repositories {}

impl Listing for Repositories {
    type Row = WatchedRepository;
    const FILTERS: &'static [Filter] = &[id("repository_id", "Only this one.")];
    const SORTS: &'static [&'static str] = &["full_name"];
    const UNSORTED: &'static str = "full_name:asc";
    const TIME: Option<&'static str> = None;
}

impl Collection for Repositories {
    async fn page(
        cores: &Cores,
        asked: Asked<Self>,
    ) -> Result<Counted<WatchedRepository>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListWatchedRepositoriesRequest { page_size, page_token, filter, order_by };
        let mut deliveries = cores.deliveries.clone();
        let found = ask(Core::Proposal, deliveries.list_watched_repositories(request)).await?;
        let data = all_shown(Core::Proposal, found.repositories)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

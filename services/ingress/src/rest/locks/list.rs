//! `GET /api/v1/locks`: who works for which repository.

use pullwright_proto::runner::ListLocksRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{
            Asked, Collection, Listing,
            filter::Filter,
            list::{id, text},
        },
        shape::{Counted, Lock},
    },
};

/// The locks in Redis.
pub(in crate::rest) enum Locks {}

impl Listing for Locks {
    type Row = Lock;
    const FILTERS: &'static [Filter] = &[
        id("repository_id", "Only the lock of this repository."),
        text("holder", "Only the locks that this runner holds."),
    ];
    const SORTS: &'static [&'static str] = &["repository_id", "acquired_at"];
    const UNSORTED: &'static str = "repository_id:asc";
    const TIME: Option<&'static str> = None;
}

impl Collection for Locks {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<Lock>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListLocksRequest { page_size, page_token, filter, order_by };
        let mut runner = cores.runner.clone();
        let found = ask(Core::Runner, runner.list_locks(request)).await?;
        let data = all_shown(Core::Runner, found.locks)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

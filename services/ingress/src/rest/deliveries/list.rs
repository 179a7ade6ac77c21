//! `GET /api/v1/deliveries`: without headers and bodies.

use pullwright_proto::delivery::ListDeliveriesRequest;

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
        shape::{Counted, Delivery, words},
    },
};

/// The ledger's deliveries.
pub(in crate::rest) enum Deliveries {}

impl Listing for Deliveries {
    type Row = Delivery;
    const FILTERS: &'static [Filter] = &[
        word("outcome", words::OUTCOMES, "Only those that this came of."),
        text("event", "Only those of this event, such as `pull_request`."),
        id("repository_id", "Only those about this repository."),
        id("proposal_id", "Only those about this proposal."),
        text("delivery_id", "Only those with this id of GitHub's."),
    ];
    const SORTS: &'static [&'static str] = &["received_at"];
    const UNSORTED: &'static str = "received_at:desc";
    const TIME: Option<&'static str> = Some("received_at");
}

impl Collection for Deliveries {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<Delivery>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListDeliveriesRequest { page_size, page_token, filter, order_by };
        let mut deliveries = cores.deliveries.clone();
        let found = ask(Core::Proposal, deliveries.list_deliveries(request)).await?;
        let data = all_shown(Core::Proposal, found.deliveries)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

//! `GET /api/v1/studies`.

use pullwright_proto::proposal::ListStudiesRequest;

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
        shape::{Counted, StudySummary, words},
    },
};

/// The ledger's studies.
pub(in crate::rest) enum Studies {}

impl Listing for Studies {
    type Row = StudySummary;
    const FILTERS: &'static [Filter] = &[
        text("name", "Only those of this name."),
        id("cluster_id", "Only those that ran against this cluster."),
        id("template_id", "Only those that tuned this version of a query template."),
        word("status", words::STUDY_STATUSES, "Only those that stand there."),
        id("parent_study_id", "Only those that follow this study up."),
    ];
    const SORTS: &'static [&'static str] = &["created_at", "name"];
}

impl Collection for Studies {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<StudySummary>, ApiError> {
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request = ListStudiesRequest { page_size, page_token, filter, order_by };
        let mut studies = cores.studies.clone();
        let found = ask(Core::Proposal, studies.list_studies(request)).await?;
        let data = all_shown(Core::Proposal, found.studies)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

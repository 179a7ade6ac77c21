//! `GET /api/v1/proposals`.

use pullwright_proto::proposal::ListProposalsRequest;

use crate::{
    cores::{Core, Cores, ask},
    edge::error::ApiError,
    rest::{
        all_shown,
        given::{
            Asked, Collection, Listing,
            filter::Filter,
            list::{flag, id, word},
        },
        shape::{Counted, ProposalSummary, words},
    },
};

const INCLUDE_SUPERSEDED: &str = "include_superseded";

/// The ledger's proposals.
pub(in crate::rest) enum Proposals {}

impl Listing for Proposals {
    type Row = ProposalSummary;
    const FILTERS: &'static [Filter] = &[
        word("status", words::STATUSES, "Only those that stand there."),
        id("cluster_id", "Only those of this cluster."),
        id("template_id", "Only those of this version of a query template."),
        id("study_id", "Only the one of this study."),
        id("config_repo_id", "Only those of this config repository."),
        word("source", words::SOURCES, "Only those that a study made, or a person."),
        flag(
            "is_last_merged",
            "True: only the newest merged proposal of each config repository; false: only the others.",
        ),
    ];
    const SWITCHES: &'static [Filter] = &[flag(
        INCLUDE_SUPERSEDED,
        "Whether superseded proposals are listed too, unless `status` says which; false when it is not given.",
    )];
    const SORTS: &'static [&'static str] = &["created_at", "status", "pr_state"];
}

impl Collection for Proposals {
    async fn page(cores: &Cores, asked: Asked<Self>) -> Result<Counted<ProposalSummary>, ApiError> {
        let include_superseded = asked.is_on(INCLUDE_SUPERSEDED);
        let Asked { page_size, page_token, filter, order_by, .. } = asked;
        let request =
            ListProposalsRequest { page_size, page_token, filter, order_by, include_superseded };
        let mut proposals = cores.proposals.clone();
        let found = ask(Core::Proposal, proposals.list_proposals(request)).await?;
        let data = all_shown(Core::Proposal, found.proposals)?;
        Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
    }
}

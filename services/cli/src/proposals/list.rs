//! `pullwright proposals list`

use pullwright_proto::proposal::{ListProposalsRequest, ListProposalsResponse, Proposal};

use super::shape;
use crate::{
    args::ListProposals,
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, Table, dim, good},
    pages::{self, Filter, Page},
};

pub(super) async fn list(cores: &Cores, which: &ListProposals, output: Output) -> Result<Exit> {
    let wanted = if which.all { usize::MAX } else { which.limit as usize };
    let filter = filter(which);
    let found = pages::collect(wanted, async |page_size, page_token| {
        let request = ListProposalsRequest {
            page_size,
            page_token,
            filter: filter.clone(),
            order_by: which.order_by.clone(),
            include_superseded: which.include_superseded,
        };
        let page = cores.proposals().list_proposals(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.proposals, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    let answer = ListProposalsResponse {
        has_more: found.has_more(),
        next_page_token: found.next,
        total_size: found.total,
        proposals: found.rows,
    };
    output.show("pullwright.proposal.v1.ListProposalsResponse", &answer, table)?;
    Ok(Exit::Success)
}

fn filter(which: &ListProposals) -> String {
    let status = which.status.map(pages::name);
    let source = which.source.map(pages::name);
    Filter::default()
        .equals("status", status)
        .equals("cluster_id", which.cluster)
        .equals("template_id", which.template)
        .equals("study_id", which.study)
        .equals("source", source)
        .equals("is_last_merged", which.live.then_some("true"))
        .text()
}

fn table(answer: &ListProposalsResponse) -> String {
    if answer.proposals.is_empty() {
        return "no proposals".to_owned();
    }
    let mut table = Table::new(&["ID", "STATE", "CLUSTER", "TEMPLATE", "AGE", "PULL REQUEST"]);
    for proposal in &answer.proposals {
        table.row(row(proposal));
    }
    pages::with_rest(table.text(), answer.proposals.len(), answer.total_size)
}

fn row(proposal: &Proposal) -> [String; 6] {
    let template = proposal.template.clone().unwrap_or_default();
    let live = if proposal.is_currently_live { good(" live") } else { String::new() };
    let url = match proposal.pull_request_url.as_str() {
        "" => dim("-"),
        url => url.to_owned(),
    };
    [
        proposal.id.clone(),
        format!("{}{live}", shape::state(proposal)),
        proposal.cluster.clone().unwrap_or_default().name,
        format!("{} v{}", template.name, template.version),
        proposal.created_at.age(),
        url,
    ]
}

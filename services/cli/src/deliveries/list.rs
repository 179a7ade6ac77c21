//! `pullwright deliveries list`

use pullwright_proto::delivery::{Delivery, ListDeliveriesRequest, ListDeliveriesResponse};

use super::shape;
use crate::{
    args::ListDeliveries,
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, Table, dim},
    pages::{self, Filter, Page},
    repos,
};

pub(super) async fn list(cores: &Cores, which: &ListDeliveries, output: Output) -> Result<Exit> {
    let repository_id = match &which.repo {
        Some(repo) => Some(repos::find(cores, repo).await?),
        None => None,
    };
    let filter = Filter::default()
        .equals("outcome", which.outcome.map(pages::name))
        .equals("event", which.event.as_deref())
        .equals("repository_id", repository_id)
        .equals("proposal_id", which.proposal_id)
        .equals("delivery_id", which.github_id.as_deref())
        .text();
    let wanted = if which.all { usize::MAX } else { which.limit as usize };
    let found = pages::collect(wanted, async |page_size, page_token| {
        let filter = filter.clone();
        let request = ListDeliveriesRequest {
            page_size,
            page_token,
            filter,
            ..ListDeliveriesRequest::default()
        };
        let page = cores.deliveries().list_deliveries(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.deliveries, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    let answer = ListDeliveriesResponse {
        has_more: found.has_more(),
        next_page_token: found.next,
        total_size: found.total,
        deliveries: found.rows,
    };
    output.show("pullwright.delivery.v1.ListDeliveriesResponse", &answer, table)?;
    Ok(Exit::Success)
}

fn table(answer: &ListDeliveriesResponse) -> String {
    if answer.deliveries.is_empty() {
        return "no deliveries".to_owned();
    }
    let mut table = Table::new(&["ID", "OUTCOME", "EVENT", "REPOSITORY", "AGE", "PROPOSAL"]);
    for delivery in &answer.deliveries {
        table.row(row(delivery));
    }
    pages::with_rest(table.text(), answer.deliveries.len(), answer.total_size)
}

fn row(delivery: &Delivery) -> [String; 6] {
    let or_dash = |text: &str| if text.is_empty() { dim("-") } else { text.to_owned() };
    [
        delivery.id.clone(),
        shape::outcome(delivery),
        shape::event(delivery),
        or_dash(&delivery.repository_full_name),
        delivery.received_at.age(),
        or_dash(&delivery.proposal_id),
    ]
}

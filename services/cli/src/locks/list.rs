//! `pullwright locks list`

use std::collections::BTreeMap;

use pullwright_proto::runner::{ListLocksRequest, ListLocksResponse, RepositoryLock};

use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, Table, dim, duration},
    pages::{self, Page},
    repos,
};

pub(super) async fn list(cores: &Cores, output: Output) -> Result<Exit> {
    let found = pages::collect(usize::MAX, async |page_size, page_token| {
        let request = ListLocksRequest { page_size, page_token, ..ListLocksRequest::default() };
        let page = cores.runner().list_locks(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.locks, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    // Only tables show names.
    let names = match output.is_json() || found.rows.is_empty() {
        true => BTreeMap::new(),
        false => repos::names(cores).await?,
    };
    let answer = ListLocksResponse {
        locks: found.rows,
        total_size: found.total,
        ..ListLocksResponse::default()
    };
    output.show("pullwright.runner.v1.ListLocksResponse", &answer, |answer| {
        table(&answer.locks, &names)
    })?;
    Ok(Exit::Success)
}

fn table(locks: &[RepositoryLock], names: &BTreeMap<String, String>) -> String {
    if locks.is_empty() {
        return "no locks are held".to_owned();
    }
    let mut table =
        Table::new(&["REPOSITORY", "NAME", "HOLDER", "EPOCH", "HELD FOR", "EXPIRES IN"]);
    for lock in locks {
        table.row([
            lock.repository_id.clone(),
            names.get(&lock.repository_id).cloned().unwrap_or_else(|| dim("-")),
            lock.holder.clone(),
            lock.epoch.to_string(),
            lock.acquired_at.age(),
            lock.expires_in.map_or_else(|| dim("-"), expiry),
        ]);
    }
    table.text()
}

fn expiry(left: prost_types::Duration) -> String {
    std::time::Duration::try_from(left).map_or_else(|_| "over".to_owned(), duration)
}

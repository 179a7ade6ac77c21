//! A call that came too late: its lease is over. What its runner may have done meanwhile is tidied up.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    App,
    error::{Error, Result},
    rpc::tidy,
    store::{effects, lanes, proposals},
};

/// Passes an answer on; one that tells of a lost lease queues the tidying up first, in a transaction of its own.
pub(super) async fn heard<T>(app: &App, token: &str, told: Result<T>) -> Result<T> {
    if let (Err(Error::LeaseLost { .. }), Ok(token)) = (&told, Uuid::parse_str(token)) {
        look_after(app, token).await?;
    }
    told
}

async fn look_after(app: &App, token: Uuid) -> Result<()> {
    let mut client = app.db.client().await?;
    let left = effects::left_behind(&client, token).await?;
    if left.is_empty() {
        return Ok(());
    }
    let tx = client.begin().await?;
    let subjects: Vec<_> = left.iter().map(|job| job.subject).collect();
    proposals::lock_all(&tx, &subjects).await?;
    // A token is that of one lane; its jobs are locked after it.
    for lane in left.iter().map(|job| &job.lane).collect::<BTreeSet<_>>() {
        lanes::lock(&tx, lane).await?;
    }
    tidy::queue(app, &tx, &left).await?;
    tx.commit().await?;
    app.wakeup.poke();
    Ok(())
}

//! What has to be done about kept deliveries from time to time, and by no call: failed ones are tried again, parked ones applied once
//! their repository is registered, old ones forgotten. Any number of replicas share it.

use pullwright_rpc::explain::chain;

use super::recording;
use crate::{
    App,
    error::Result,
    store::{deliveries, touched},
};

/// How many are taken at a time; each is applied in a transaction of its own.
const AT_ONCE: i64 = 64;
/// How often more are taken in one step, and how often more are forgotten.
const ROUNDS: usize = 16;
/// How many are forgotten, and how many unparked, in one transaction.
const MANY: i64 = 500;

/// Tries again what is due, forgets what is old, and folds the totals of the list.
///
/// # Errors
/// The database is away; the next step goes on.
pub async fn step(app: &App) -> Result<()> {
    let (tried, touched) = touched::noting(try_again(app)).await;
    app.wakeup.happened(touched);
    tried?;
    let client = app.db.client().await?;
    for _ in 0..ROUNDS {
        let retention = app.settings.delivery_retention;
        if deliveries::forget(&client, retention, MANY).await? == 0 {
            break;
        }
    }
    deliveries::fold(&client).await
}

/// Has parked deliveries whose repository is registered applied by the next steps; gives how many. What is left after a good many goes on
/// the next time.
///
/// To be asked again and again: one may be parked at the moment in which its repository is registered.
///
/// # Errors
/// The database refused.
pub async fn unpark(app: &App) -> Result<u64> {
    let mut client = app.db.client().await?;
    let mut all = 0;
    for _ in 0..ROUNDS {
        let tx = client.begin().await?;
        deliveries::look_up(&tx).await?;
        let some = deliveries::unpark(&tx, MANY).await?;
        tx.commit().await?;
        all += some;
        if some < MANY.unsigned_abs() {
            break;
        }
    }
    Ok(all)
}

async fn try_again(app: &App) -> Result<()> {
    for _ in 0..ROUNDS {
        let mut client = app.db.client().await?;
        let tx = client.begin().await?;
        let due = deliveries::claim_due(&tx, AT_ONCE).await?;
        tx.commit().await?;
        drop(client);
        for claimed in &due {
            // It is due again by itself.
            if let Err(error) = recording::replay(app, claimed).await {
                tracing::warn!(
                    github.delivery_id = claimed.guid,
                    error.chain = chain(&error),
                    "could not try delivery {} again",
                    claimed.guid
                );
            }
        }
        if due.is_empty() {
            break;
        }
    }
    Ok(())
}

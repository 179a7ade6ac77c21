//! What has to be done from time to time, and by no call.

use std::time::Duration;

use pullwright_pg::Pool;
use pullwright_rpc::explain::chain;
use tokio_util::sync::CancellationToken;

use crate::{error::Result, store::totals};

/// How often it is looked whether something has to be done.
const EVERY: Duration = Duration::from_secs(2);

/// Folds the changes of the totals until `stop`.
pub(crate) async fn run(db: Pool, stop: CancellationToken) {
    let keep = async {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = fold(&db).await {
                tracing::warn!(error.chain = chain(&error), "could not fold the totals");
            }
        }
    };
    tokio::select! {
        () = keep => {}
        () = stop.cancelled() => {}
    }
}

async fn fold(db: &Pool) -> Result<()> {
    while totals::fold(&db.client().await?).await? {}
    Ok(())
}

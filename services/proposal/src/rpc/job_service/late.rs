//! A call that came too late: its lease is over. What its runner may have done meanwhile is tidied up.

use uuid::Uuid;

use crate::{
    App,
    error::{Error, Result},
    rpc::tidy,
    store::effects,
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
    tidy::queue(app, &tx, &left).await?;
    tx.commit().await?;
    app.wakeup.poke();
    Ok(())
}

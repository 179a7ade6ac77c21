//! Deliveries that are kept, applied by the rules that hold now.

use uuid::Uuid;

use super::alone::{self, Said, Tried};
use crate::{
    App,
    domain::delivery::Outcome,
    error::{Error, Result},
    store::{
        Transaction,
        deliveries::{self, End, Ended, Kept},
        journal,
    },
};

/// Applies a kept delivery that is failed or parked once more; `repository_id` is written down when none was known. Tells whether it was
/// over already.
///
/// The turn of its pull request is the transaction's.
///
/// # Errors
/// The transaction is lost.
pub(super) async fn again(
    app: &App,
    tx: &mut Transaction<'_>,
    id: Uuid,
    repository_id: Option<Uuid>,
) -> Result<(Ended, bool)> {
    let kept = deliveries::attempt(tx, id, repository_id)
        .await?
        .ok_or_else(|| Error::unreadable("deliveries.id", id.to_string()))?;
    if !waits(&kept) {
        let end = End { outcome: kept.outcome, proposal_id: kept.proposal_id };
        return Ok((end.into(), true));
    }
    Ok((settle(app, tx, &kept).await?, false))
}

/// Applies one that was claimed, in a transaction of its own; nothing when somebody else did in the meantime.
///
/// # Errors
/// The transaction is lost; it is due again later.
pub(in crate::rpc) async fn replay(app: &App, claimed: &Kept) -> Result<()> {
    let mut client = app.db.client().await?;
    let mut tx = client.begin().await?;
    take_turn(&tx, claimed).await?;
    let Some(kept) = deliveries::lock(&tx, claimed.id).await? else { return Ok(()) };
    if waits(&kept) {
        settle(app, &mut tx, &kept).await?;
        tx.commit().await?;
        app.wakeup.poke();
    }
    Ok(())
}

/// Takes the turn of the pull request that a kept delivery is about; to be asked before anything is locked.
///
/// # Errors
/// The database refused.
pub(in crate::rpc) async fn take_turn(tx: &Transaction<'_>, kept: &Kept) -> Result<()> {
    journal::take_all_turns(tx, &Vec::from_iter(Said::kept(kept).pull())).await
}

/// Applies it whatever came of it before, and writes down what comes of it now.
pub(in crate::rpc) async fn settle(
    app: &App,
    tx: &mut Transaction<'_>,
    kept: &Kept,
) -> Result<Ended> {
    let ended = alone::tried(app, tx, &Said::kept(kept), Tried::kept(kept)).await?;
    deliveries::settle(tx, kept.id, &ended).await?;
    Ok(ended)
}

fn waits(kept: &Kept) -> bool {
    matches!(kept.outcome, Outcome::Failed | Outcome::Parked)
}

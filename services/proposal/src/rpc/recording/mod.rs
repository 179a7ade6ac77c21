//! Deliveries into the ledger: stored with what came of them, those that came in together in one transaction and a few statements.
//!
//! Most deliveries are plain and are applied together; what has more to it is applied by itself, under a savepoint, by
//! [`follow`](super::follow::follow). One that breaks is kept as failed and spoils no other.

mod alone;
mod kept;
mod places;
mod together;

use std::collections::{BTreeMap, HashMap};

use pullwright_pg::PgError;
use pullwright_rpc::explain::chain;

use crate::{
    App,
    domain::delivery::Outcome,
    error::{Error, Result},
    store::{
        Queries as _, Transaction,
        deliveries::{self, End, Ended, Known, NewDelivery},
        journal,
        pull_requests::{self, Locked},
    },
};
use alone::{Said, Tried};
use places::Place;
use together::Changes;
use uuid::Uuid;

use kept::again;
pub(super) use kept::{replay, settle, take_turn};

/// How often a transaction that lost against another one is made again before its deliveries are kept for later.
const MOST_LOST: u32 = 8;

/// What came of a delivery that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    /// It is kept.
    Ended {
        end: End,
        /// Whether it was known.
        duplicate: bool,
    },
    /// Its id was used before with another body.
    Conflict,
}

/// How a group's deliveries are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// The plain ones in a few statements.
    Together,
    /// Each by itself: something about one of them broke the statements for all.
    Alone,
    /// Not now: the replay does it.
    Later,
}

/// Stores deliveries and applies them, in the order in which they came.
///
/// # Errors
/// The database is away, and nothing is kept.
pub(super) async fn record(app: &App, deliveries: &[NewDelivery]) -> Result<Vec<Recorded>> {
    let (mut how, mut lost, mut broken) = (How::Together, 0, 0);
    loop {
        let error = match transaction(app, deliveries, how).await {
            Ok(recorded) => return Ok(recorded),
            Err(error) => error,
        };
        match &error {
            // Somebody recorded one of them, or waited for us while we waited for them.
            Error::Database(PgError::Serialization(_) | PgError::Conflict { .. }) => {
                lost += 1;
                if how == How::Later || lost > 2 * MOST_LOST {
                    return Err(error);
                }
                if lost >= MOST_LOST {
                    how = How::Later;
                }
                tracing::debug!(error.chain = chain(&error), lost, "a group of deliveries lost");
            }
            // The connection may have been an old one. What was committed is known when it is asked again.
            Error::Database(PgError::Unavailable(_) | PgError::CommitUnknown(_)) if broken == 0 => {
                broken += 1;
            }
            Error::Database(PgError::Unavailable(_) | PgError::CommitUnknown(_)) => {
                return Err(error);
            }
            // Somebody holds what they need for longer than anybody may wait.
            Error::Database(PgError::Timeout(_)) if how != How::Later => how = How::Later,
            _ if how == How::Together => {
                tracing::warn!(
                    error.chain = chain(&error),
                    "could not apply {} deliveries together; each is applied by itself",
                    deliveries.len()
                );
                how = How::Alone;
            }
            _ => return Err(error),
        }
    }
}

async fn transaction(app: &App, deliveries: &[NewDelivery], how: How) -> Result<Vec<Recorded>> {
    let mut client = app.db.client().await?;
    let mut tx = client.begin().await?;
    let mut pulls: Vec<_> = deliveries.iter().filter_map(|given| Said::of(given).pull()).collect();
    pulls.sort_unstable();
    pulls.dedup();
    if how == How::Later {
        // Nothing is looked at that others hold.
        pulls.clear();
    }
    let (locked, known, twins) = asked(&tx, deliveries, &pulls).await?;
    let places = places::places(deliveries, known, twins);

    let mut ended: BTreeMap<usize, Ended> = BTreeMap::new();
    let mut open = Vec::new();
    for (index, delivery) in deliveries.iter().enumerate() {
        if matches!(places[index], Place::New) {
            let said = Said::of(delivery);
            match said.without_looking().or((how == How::Later).then(|| said.later())) {
                Some(end) => drop(ended.insert(index, end)),
                None => open.push((index, said)),
            }
        }
    }
    let mut changes = (how == How::Together).then(|| together::judge(&open, &locked, &mut ended));
    let mut by_itself = false;
    let mut known = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        let delivery = &deliveries[index];
        let end = match place {
            Place::New if ended.contains_key(&index) => continue,
            Place::TwinIn(first) if !is_failed(&ended[first]) => {
                Ended { duplicate_of: Some(deliveries[*first].id), ..ended[first].clone() }
            }
            Place::TwinOf(id, end) => Ended { duplicate_of: Some(*id), ..Ended::from(*end) },
            Place::New | Place::TwinIn(_) => {
                by_itself = true;
                write(&tx, changes.take(), async { Ok(()) }).await?;
                let said = Said::of(delivery);
                alone::tried(app, &mut tx, &said, Tried::first(&delivery.guid)).await?
            }
            Place::Again(row) => {
                by_itself = true;
                write(&tx, changes.take(), async { Ok(()) }).await?;
                let (end, is_known) = again(app, &mut tx, *row, delivery.repository_id).await?;
                known.insert(index, is_known);
                end
            }
            Place::Known(_) | Place::KnownIn(_) | Place::Conflict => continue,
        };
        ended.insert(index, end);
    }
    let rows: Vec<_> = ended
        .iter()
        .filter(|(index, _)| !matches!(places[**index], Place::Again(_)))
        .map(|(index, end)| (&deliveries[*index], end))
        .collect();
    write(&tx, changes, deliveries::insert(&tx, &rows)).await?;
    tx.commit().await?;
    if by_itself {
        // A merge or a reopening may have queued the closing of something.
        app.wakeup.poke();
    }
    let recorded = |(index, place): (usize, &Place)| match place {
        Place::Conflict => Recorded::Conflict,
        Place::Known(end) => Recorded::Ended { end: *end, duplicate: true },
        Place::KnownIn(first) => {
            let first = &ended[first];
            Recorded::Ended { end: first.end, duplicate: !is_failed(first) }
        }
        Place::TwinIn(_) | Place::TwinOf(..) => {
            let end = &ended[&index];
            Recorded::Ended { end: end.end, duplicate: end.duplicate_of.is_some() }
        }
        Place::Again(_) => Recorded::Ended { end: ended[&index].end, duplicate: known[&index] },
        Place::New => Recorded::Ended { end: ended[&index].end, duplicate: false },
    };
    Ok(places.iter().enumerate().map(recorded).collect())
}

/// Takes the turns of pull requests, and reads and locks what deliveries are held against: asked in this order, in one go.
async fn asked(
    tx: &Transaction<'_>,
    deliveries: &[NewDelivery],
    pulls: &[(Uuid, i64)],
) -> Result<(Locked, HashMap<usize, Known>, HashMap<usize, Known>)> {
    const STATEMENTS: [&str; 4] =
        [journal::TAKE_ALL_TURNS, deliveries::KNOWN, deliveries::TWINS, pull_requests::LOCK_ALL];
    tx.prepare(&STATEMENTS).await?;
    let (set, turns, known, twins, locked) = futures::join!(
        deliveries::look_up(tx),
        journal::take_all_turns(tx, pulls),
        deliveries::known(tx, deliveries),
        deliveries::twins(tx, deliveries),
        pull_requests::lock_all(tx, pulls),
    );
    // When one breaks, those behind it do too, and the first one says why.
    set.and(turns)?;
    let (known, twins) = (known?, twins?);
    Ok((locked?, known, twins))
}

/// Writes what plain deliveries change, if that is still to be done, and something else beside it.
async fn write(
    tx: &Transaction<'_>,
    changes: Option<Changes>,
    beside: impl Future<Output = Result<()>>,
) -> Result<()> {
    match changes {
        Some(changes) => changes.write(tx, beside).await,
        None => beside.await,
    }
}

fn is_failed(ended: &Ended) -> bool {
    ended.end.outcome == Outcome::Failed
}

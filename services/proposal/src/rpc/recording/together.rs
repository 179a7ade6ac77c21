//! The plain deliveries of a group: judged in memory in the order in which they came, written in a few statements whatever their number.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::alone::Said;
use crate::{
    domain::{
        Status,
        delivery::{Outcome, Verdict, plain},
    },
    error::{Error, Result},
    rpc::follow::{GITHUB, told},
    store::{
        Transaction,
        deliveries::{End, Ended},
        events::{self, NewEvent},
        journal::{self, Place, Seen},
        pull_requests::{self, Standing},
    },
};

/// The generations and proposals that a group speaks of.
pub(super) struct Locked {
    places: HashMap<(Uuid, i64), Place>,
    standings: HashMap<Uuid, Standing>,
}

/// Locks the proposals that these pull requests belong to, in one order, and reads where they stand.
pub(super) async fn lock(tx: &Transaction<'_>, pulls: &[(Uuid, i64)]) -> Result<Locked> {
    if pulls.is_empty() {
        return Ok(Locked { places: HashMap::new(), standings: HashMap::new() });
    }
    let places = journal::places(tx, pulls).await?;
    let mut ids: Vec<_> = places.values().map(|place| place.proposal_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let standings = match ids.is_empty() {
        true => HashMap::new(),
        false => pull_requests::lock_all(tx, &ids).await?,
    };
    Ok(Locked { places, standings })
}

/// Applies those that are plain, and says what came of them; a proposal of which something else is said is left out whole.
pub(super) async fn apply(
    tx: &Transaction<'_>,
    group: &[(usize, Said<'_>)],
    locked: &Locked,
    ended: &mut BTreeMap<usize, Ended>,
) -> Result<()> {
    let mut by_proposal: BTreeMap<Uuid, Vec<&(usize, Said<'_>)>> = BTreeMap::new();
    for one in group {
        match one.1.pull().and_then(|pull| locked.places.get(&pull)) {
            Some(place) => by_proposal.entry(place.proposal_id).or_default().push(one),
            None => drop(ended.insert(one.0, End::of(Outcome::UnknownPr).into())),
        }
    }
    let (mut seen, mut told) = (Vec::new(), Vec::new());
    for (proposal_id, sights) in by_proposal {
        let Some(folded) = fold(proposal_id, &sights, locked) else { continue };
        seen.extend(folded.seen);
        told.extend(folded.told.into_iter().map(|event| (proposal_id, event)));
        for ((index, _), verdict) in sights.into_iter().zip(folded.verdicts) {
            let end = End { outcome: verdict.into(), proposal_id: Some(proposal_id) };
            ended.insert(*index, end.into());
        }
    }
    if !seen.is_empty() {
        let (journalled, shown) =
            futures::try_join!(journal::see_all(tx, &seen), pull_requests::show_all(tx, &seen))?;
        if (journalled, shown) != (seen.len() as u64, seen.len() as u64) {
            let found = format!("{journalled} and {shown} of {}", seen.len());
            return Err(Error::unreadable("proposals.generation", found));
        }
    }
    events::record_all(tx, &told).await
}

/// What a group says of one proposal, folded.
struct Folded {
    verdicts: Vec<Verdict>,
    seen: Option<Seen>,
    told: Vec<NewEvent>,
}

/// None when something of it is not plain.
fn fold(proposal_id: Uuid, sights: &[&(usize, Said<'_>)], locked: &Locked) -> Option<Folded> {
    let standing = locked.standings.get(&proposal_id)?;
    let mut known = standing.known;
    let (mut verdicts, mut told, mut is_news) = (Vec::new(), Vec::new(), false);
    for (_, said) in sights {
        let (pull, report) = (said.pull()?, said.report()?);
        let (place, number) = (locked.places.get(&pull)?, pull.1);
        let is_shown = place.generation == standing.generation
            && standing.status != Status::Pending
            && standing.number == Some(number)
            && standing.url.as_deref() == Some(place.url.as_str());
        if !is_shown {
            return None;
        }
        let (verdict, next) = plain(known, report.sight, report.updated_at)?;
        let event = match verdict {
            Verdict::Stale => Some(told::stale(number, report.sight.state())),
            Verdict::News => told::shown(number, known, report.sight.state()),
            Verdict::Agrees | Verdict::Disputed => None,
        };
        told.extend(event.map(|event| told::about(event, number, &place.url, GITHUB)));
        is_news |= verdict == Verdict::News;
        verdicts.push(verdict);
        known = next;
    }
    let seen = Seen {
        proposal_id,
        generation: standing.generation,
        state: known.state?,
        updated_at: known.updated_at,
    };
    Some(Folded { verdicts, seen: is_news.then_some(seen), told })
}

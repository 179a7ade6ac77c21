//! The plain deliveries of a group: judged in memory in the order in which they came, written in a few statements whatever their number.

use std::collections::BTreeMap;

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
        journal::{self, Seen},
        pull_requests::{self, Locked},
    },
};

/// What a group's plain deliveries change.
#[derive(Debug, Default)]
pub(super) struct Changes {
    seen: Vec<Seen>,
    told: Vec<(Uuid, NewEvent)>,
}

impl Changes {
    /// Writes them, with what else is to be written at once.
    pub(super) async fn write(
        self,
        tx: &Transaction<'_>,
        beside: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let Self { seen, told } = self;
        let shown = async {
            let (journalled, shown) =
                futures::join!(journal::see_all(tx, &seen), pull_requests::show_all(tx, &seen));
            match (journalled?, shown?) {
                (journalled, shown)
                    if (journalled, shown) != (seen.len() as u64, seen.len() as u64) =>
                {
                    let found = format!("{journalled} and {shown} of {}", seen.len());
                    Err(Error::unreadable("proposals.generation", found))
                }
                _ => Ok(()),
            }
        };
        // Each is waited for: when one breaks, those behind it do too, and the first one says why.
        let (shown, told, beside) = futures::join!(shown, events::record_all(tx, &told), beside);
        shown.and(told).and(beside)
    }
}

/// Judges those that are plain, and says what comes of them; a proposal of which something else is said is left out whole.
pub(super) fn judge(
    group: &[(usize, Said<'_>)],
    locked: &Locked,
    ended: &mut BTreeMap<usize, Ended>,
) -> Changes {
    let mut by_proposal: BTreeMap<Uuid, Vec<&(usize, Said<'_>)>> = BTreeMap::new();
    for one in group {
        match one.1.pull().and_then(|pull| locked.places.get(&pull)) {
            Some(place) => by_proposal.entry(place.proposal_id).or_default().push(one),
            None => drop(ended.insert(one.0, End::of(Outcome::UnknownPr).into())),
        }
    }
    let mut changes = Changes::default();
    for (proposal_id, sights) in by_proposal {
        let Some(folded) = fold(proposal_id, &sights, locked) else { continue };
        changes.seen.extend(folded.seen);
        changes.told.extend(folded.told.into_iter().map(|event| (proposal_id, event)));
        for ((index, _), verdict) in sights.into_iter().zip(folded.verdicts) {
            let end = End { outcome: verdict.into(), proposal_id: Some(proposal_id) };
            ended.insert(*index, end.into());
        }
    }
    changes
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

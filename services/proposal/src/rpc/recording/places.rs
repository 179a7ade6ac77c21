//! Where the deliveries of a group stand: new, known, or the same as one before. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    domain::delivery::Outcome,
    store::deliveries::{End, Known, NewDelivery},
};

/// Where a delivery stands. Places are those of the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Nobody recorded it, nor its content.
    New,
    /// It was recorded, and this came of it.
    Known(End),
    /// It was recorded and is still to be applied: its row.
    Again(Uuid),
    /// Its id was used with another body.
    Conflict,
    /// The same id and body came in this group.
    KnownIn(usize),
    /// The same event and body was recorded under another id: which row, and what came of it.
    TwinOf(Uuid, End),
    /// The same event and body came in this group, under another id.
    TwinIn(usize),
}

/// Where deliveries stand, given what was recorded under their ids and of their contents, by their places.
pub(super) fn places(
    deliveries: &[NewDelivery],
    mut known: HashMap<usize, Known>,
    mut twins: HashMap<usize, Known>,
) -> Vec<Place> {
    let mut by_id: HashMap<_, usize> = HashMap::new();
    let mut by_content: HashMap<_, usize> = HashMap::new();
    let place = |(index, delivery): (usize, &NewDelivery)| {
        let hash = &delivery.body_sha256;
        if let Some(known) = known.remove(&index) {
            return match known.end.outcome {
                _ if known.body_sha256 != hash[..] => Place::Conflict,
                Outcome::Failed | Outcome::Parked => Place::Again(known.id),
                _ => Place::Known(known.end),
            };
        }
        let id = (delivery.owner_id, delivery.guid.clone());
        if let Some(first) = by_id.get(&id) {
            let same = deliveries[*first].body_sha256 == hash;
            return if same { Place::KnownIn(*first) } else { Place::Conflict };
        }
        by_id.insert(id, index);
        if let Some(twin) = twins.remove(&index) {
            return Place::TwinOf(twin.id, twin.end);
        }
        let content = (delivery.owner_id, hash.clone(), delivery.event.clone());
        match by_content.get(&content) {
            Some(first) => Place::TwinIn(*first),
            None => {
                by_content.insert(content, index);
                Place::New
            }
        }
    };
    deliveries.iter().enumerate().map(place).collect()
}

//! All deliveries, and per hook those that have ended, in the order in which GitHub lists them. It sends nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::delivery::PENDING;
use super::{Delivery, DeliveryCounts, DeliveryResponse};

/// How a delivery ended.
pub(crate) struct Ending {
    pub(crate) delivered_at: Timestamp,
    pub(crate) duration: f64,
    pub(crate) status: String,
    pub(crate) status_code: u16,
    pub(crate) response: DeliveryResponse,
}

/// Place of an ended delivery in its hook's log.
type Place = (Timestamp, u64);

/// Everything that was ever queued for a hook.
#[derive(Default)]
pub(crate) struct DeliveryLog {
    all: BTreeMap<u64, Delivery>,
    ended: BTreeMap<u64, BTreeSet<Place>>,
    counts: DeliveryCounts,
}

impl DeliveryLog {
    /// Takes in a delivery that waits to be sent.
    pub(crate) fn queued(&mut self, delivery: Delivery) {
        self.counts.total += 1;
        self.counts.pending += 1;
        self.counts.redeliveries += u64::from(delivery.redelivery);
        self.all.insert(delivery.id, delivery);
    }

    /// Notes how a delivery ended; from now on its hook's log shows it.
    pub(crate) fn ended(&mut self, id: u64, ending: Ending) {
        let Some(delivery) = self.end(id, &ending.status) else { return };
        delivery.delivered_at = ending.delivered_at;
        delivery.duration = ending.duration;
        delivery.status_code = ending.status_code;
        delivery.response = ending.response;
        let (hook, place) = (delivery.hook_id, (delivery.delivered_at, id));
        self.ended.entry(hook).or_default().insert(place);
    }

    /// Notes that a delivery was lost without a trace in any log.
    pub(crate) fn vanished(&mut self, id: u64) {
        self.end(id, "vanished");
    }

    fn end(&mut self, id: u64, status: &str) -> Option<&mut Delivery> {
        let delivery = self.all.get_mut(&id).filter(|delivery| delivery.status == PENDING)?;
        delivery.status = status.to_owned();
        self.counts.pending -= 1;
        match delivery.is_ok() {
            true => self.counts.ok += 1,
            false => self.counts.failed += 1,
        }
        Some(delivery)
    }

    /// Returns a delivery, whether or not a log shows it.
    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.all.get(&id)
    }

    /// Returns a delivery that its hook's log shows.
    pub(crate) fn shown(&self, hook: u64, id: u64, since: Timestamp) -> Option<&Delivery> {
        let delivery = self.all.get(&id).filter(|delivery| delivery.hook_id == hook)?;
        let place = (delivery.delivered_at, id);
        let shown = place.0 >= since && self.ended.get(&hook)?.contains(&place);
        shown.then_some(delivery)
    }

    /// Lists what a hook's log shows, the newest first, from a delivery on, none older than `since`.
    pub(crate) fn newest(
        &self,
        hook: u64,
        from: Option<Place>,
        since: Timestamp,
    ) -> impl Iterator<Item = &Delivery> {
        let from = from.unwrap_or((Timestamp::MAX, u64::MAX)).max((since, 0));
        let places = self.ended.get(&hook).into_iter();
        places
            .flat_map(move |places| places.range((since, 0)..=from).rev())
            .filter_map(|(_, id)| self.all.get(id))
    }

    /// Lists all deliveries, the oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Delivery> {
        self.all.values()
    }

    /// Counts them.
    pub(crate) fn counts(&self) -> DeliveryCounts {
        self.counts
    }
}

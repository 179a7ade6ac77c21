//! `CheckDeliveries`.

use std::collections::BTreeMap;

use pullwright_proto::job as v1;

use super::reads;
use crate::{
    App,
    convert::{id, time},
    domain::{
        Violations,
        job::Read,
        violation::{has_length, is_at_most, is_storable},
    },
    error::{Error, Result},
    store::delivery_logs::{self, Logged},
};

/// Most entries of one call.
const MOST: usize = 100;
/// Longest id, event and action, in characters.
const LONGEST: usize = 200;

/// Remembers which of the listed deliveries never came, and says which of them to ask for now.
pub(super) async fn check_deliveries(
    app: &App,
    request: v1::CheckDeliveriesRequest,
) -> Result<v1::CheckDeliveriesResponse> {
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    let logged = read(request.deliveries)?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let held = reads::held(&tx, job_id, token, Read::DeliveryGaps).await?;
    let owner_id = held.job.subject;
    let kept = app.settings.delivery_retention;
    delivery_logs::remember(&tx, owner_id, &logged, kept).await?;
    delivery_logs::tidy(&tx, Some(owner_id)).await?;
    let pace = &app.settings.schedule.pace;
    let attempts: Vec<_> = logged.iter().map(|one| one.attempt_id).collect();
    let attempt_ids = delivery_logs::take_missing(&tx, owner_id, &attempts, pace).await?;
    tx.commit().await?;
    Ok(v1::CheckDeliveriesResponse { attempt_ids })
}

/// The newest attempt of each delivery.
fn read(given: Vec<v1::LoggedDelivery>) -> Result<Vec<Logged>> {
    if given.len() > MOST {
        return Err(Error::invalid("deliveries", format!("must hold at most {MOST} entries")));
    }
    let mut violations = Violations::default();
    let mut newest = BTreeMap::new();
    for (index, one) in given.into_iter().enumerate() {
        let at = |name: &str| format!("deliveries[{index}].{name}");
        let is_text = |text: &str| is_at_most(text, LONGEST) && is_storable(text);
        let is_id = has_length(&one.delivery_id, LONGEST) && is_storable(&one.delivery_id);
        violations.require(is_id, at("delivery_id"), "must be GitHub's id of the delivery");
        violations.require(one.attempt_id > 0, at("attempt_id"), "must be 1 or more");
        violations.require(is_text(&one.event), at("event"), "must be a short text");
        violations.require(is_text(&one.action), at("action"), "must be a short text");
        let delivered_at = time::gather(at("delivered_at"), one.delivered_at, &mut violations);
        let Some(delivered_at) = delivered_at else {
            violations.require(false, at("delivered_at"), "must be set");
            continue;
        };
        let logged = Logged {
            attempt_id: one.attempt_id,
            guid: one.delivery_id,
            event: one.event,
            action: one.action,
            delivered_at,
            status_code: one.status_code,
        };
        let is_newer =
            newest.get(&logged.guid).is_none_or(|known: &Logged| known.order() < logged.order());
        if is_newer {
            newest.insert(logged.guid.clone(), logged);
        }
    }
    Error::check(violations)?;
    Ok(newest.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, attempt_id: i64, second: i64) -> v1::LoggedDelivery {
        v1::LoggedDelivery {
            attempt_id,
            delivery_id: id.to_owned(),
            event: "pull_request".to_owned(),
            action: "closed".to_owned(),
            delivered_at: Some(prost_types::Timestamp { seconds: second, nanos: 0 }),
            status_code: 502,
        }
    }

    #[test]
    fn of_several_attempts_the_newest_counts() {
        let read = read(vec![entry("a", 3, 30), entry("a", 1, 10), entry("b", 2, 20)]).unwrap();
        let attempts: Vec<_> = read.iter().map(|one| one.attempt_id).collect();
        assert_eq!(attempts, [3, 2]);
    }

    #[test]
    fn an_entry_without_an_id_or_a_time_is_refused() {
        let timeless = v1::LoggedDelivery { delivered_at: None, ..entry("a", 1, 1) };
        for wrong in [entry("", 1, 1), entry("a", 0, 1), entry("a\0", 1, 1), timeless] {
            assert!(read(vec![wrong.clone()]).is_err(), "{wrong:?}");
        }
        assert!(read(vec![entry("a", 1, 1); 101]).is_err());
    }
}

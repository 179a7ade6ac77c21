//! Whether what GitHub tells arrives and is applied, repository by repository.

use pullwright_proto::delivery::{ListDeliveriesRequest, WatchedRepository};

use super::Finding;
use crate::{connect::Cores, error::Result, pages::Filter, repos};

/// Deliveries that could not be applied, or that wait for their repository.
pub async fn kept(cores: &Cores) -> Result<Vec<Finding>> {
    let failed = count(cores, "failed").await?;
    let parked = count(cores, "parked").await?;
    Ok(vec![waiting(failed, parked)])
}

async fn count(cores: &Cores, outcome: &str) -> Result<i64> {
    let request = ListDeliveriesRequest {
        page_size: 1,
        filter: Filter::default().equals("outcome", Some(outcome)).text(),
        ..ListDeliveriesRequest::default()
    };
    Ok(cores.deliveries().list_deliveries(cores.request(request)).await?.into_inner().total_size)
}

fn waiting(failed: i64, parked: i64) -> Finding {
    match (failed, parked) {
        (0, 0) => Finding::good("deliveries", "none failed, none wait"),
        (0, parked) => Finding::good(
            "deliveries",
            format!("none failed; {parked} wait until their repository is registered"),
        ),
        (failed, _) => Finding::warning(
            "deliveries",
            format!("{failed} could not be applied"),
            "they are tried again by themselves for a day; `pullwright deliveries list --outcome failed` says why, `deliveries replay ID` tries one now",
        ),
    }
}

/// What was wrong last with each repository that is watched.
pub async fn watched(cores: &Cores) -> Result<Vec<Finding>> {
    let watched = repos::all_watched(cores, "").await?.rows;
    let found: Vec<_> = watched.iter().flat_map(ill).collect();
    if found.is_empty() {
        let message = format!("{}, nothing wrong, no delivery missing", watched.len());
        return Ok(vec![Finding::good("watched repositories", message)]);
    }
    Ok(found)
}

fn ill(one: &WatchedRepository) -> Vec<Finding> {
    let of = |what: &str| format!("{} {what}", one.full_name);
    let wrong = repos::what_is_wrong(one)
        .into_iter()
        // Told with its config repository, by the registry.
        .filter(|(what, _)| *what != "webhook")
        .map(|(what, error)| Finding::warning(&of(what), error, ""));
    let mut found: Vec<_> = wrong.collect();
    if one.deliveries_missing > 0 {
        let message = format!("{} never came; GitHub is asked for them", one.deliveries_missing);
        found.push(Finding::warning(&of("deliveries"), message, "look again in some minutes"));
    }
    if one.deliveries_lost > 0 {
        let message = format!("{} never came, however often asked for", one.deliveries_lost);
        let remedy = "look at the webhook's recent deliveries on GitHub; pull requests are looked at all the same";
        found.push(Finding::warning(&of("deliveries"), message, remedy));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_told_and_what_only_waits_is_well() {
        assert!(waiting(0, 0).is_good() && waiting(0, 7).is_good());
        let failed = waiting(2, 7);
        assert!(!failed.is_good() && !failed.is_bad(), "it heals by itself: {failed:?}");
    }

    #[test]
    fn missing_lost_and_broken_are_a_line_each() {
        let one = WatchedRepository {
            full_name: "acme/x".into(),
            webhook_error: "told elsewhere".into(),
            reconcile_error: "the token is revoked".into(),
            deliveries_missing: 2,
            deliveries_lost: 1,
            ..WatchedRepository::default()
        };
        let told = format!("{:?}", ill(&one));
        assert_eq!(ill(&one).len(), 3, "{told}");
        assert!(told.contains("revoked") && told.contains("acme/x deliveries"), "{told}");
        assert!(ill(&WatchedRepository::default()).is_empty());
    }
}

//! How a delivery looks.

use std::collections::BTreeMap;

use pullwright_proto::delivery::{Delivery, DeliveryOutcome, HookKind};

use crate::output::{Fields, Moment as _, bad, dim, good, warn};

/// The name of a delivery in JSON.
pub const DELIVERY: &str = "pullwright.delivery.v1.Delivery";

/// What came of it, in a word.
pub fn outcome(delivery: &Delivery) -> String {
    match delivery.outcome() {
        DeliveryOutcome::Applied => good("applied"),
        DeliveryOutcome::Noop => dim("noop"),
        DeliveryOutcome::UnknownPr => "unknown_pr".to_owned(),
        DeliveryOutcome::Ping => dim("ping"),
        DeliveryOutcome::Stale => dim("stale"),
        DeliveryOutcome::Failed => bad("failed"),
        DeliveryOutcome::Parked => warn("parked"),
        DeliveryOutcome::Unspecified => "-".to_owned(),
    }
}

/// Its event with the action, if it has one.
pub fn event(delivery: &Delivery) -> String {
    match delivery.action.as_str() {
        "" => delivery.event.clone(),
        action => format!("{} {action}", delivery.event),
    }
}

/// All of it but headers and body.
pub fn detail(delivery: &Delivery) -> String {
    fields(delivery).text()
}

/// All of it.
pub fn whole(delivery: &Delivery) -> String {
    let mut fields = fields(delivery);
    let headers: BTreeMap<_, _> = delivery.headers.iter().collect();
    for (name, value) in headers {
        fields = fields.with("header", format!("{name}: {value}"));
    }
    let cut =
        if delivery.body_truncated { warn("\n… the rest is not shown") } else { String::new() };
    format!("{}\n\n{}{cut}", fields.text(), delivery.body)
}

fn fields(delivery: &Delivery) -> Fields {
    let hook = match delivery.hook() {
        HookKind::Repository => "of a repository",
        HookKind::App => "of a GitHub App",
        HookKind::Unspecified => "-",
    };
    let error = if delivery.error.is_empty() { String::new() } else { bad(&delivery.error) };
    let received = format!("{} ({} ago)", delivery.received_at.shown(), delivery.received_at.age());
    let mut fields = Fields::default()
        .with("delivery", &delivery.id)
        .with("GitHub's id", &delivery.delivery_id)
        .with("event", event(delivery))
        .with("outcome", outcome(delivery))
        .with_some("error", error)
        .with("webhook", hook)
        .with_some("repository", &delivery.repository_full_name)
        .with_some("repository id", &delivery.repository_id)
        .with_some("proposal", &delivery.proposal_id)
        .with_some("duplicate of", &delivery.duplicate_of)
        .with("attempts", delivery.attempts.to_string());
    if delivery.next_attempt_at.is_some() {
        fields = fields.with("next attempt", delivery.next_attempt_at.shown());
    }
    fields.with("received", received).with("body", format!("{} bytes", delivery.body_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_out_and_what_there_is_not_is_left_out() {
        let delivery = Delivery {
            id: "1".into(),
            delivery_id: "72d3162e".into(),
            event: "pull_request".into(),
            action: "closed".into(),
            outcome: DeliveryOutcome::Failed.into(),
            error: "the database is away".into(),
            attempts: 3,
            headers: [("x-github-event".to_owned(), "pull_request".to_owned())].into(),
            body: "{}".into(),
            body_truncated: true,
            ..Delivery::default()
        };
        let plain = anstream::adapter::strip_str(&whole(&delivery)).to_string();
        for line in [
            "event        pull_request closed",
            "outcome      failed",
            "error        the database is away",
            "attempts     3",
            "header       x-github-event: pull_request",
            "{}",
            "… the rest is not shown",
        ] {
            assert!(plain.lines().any(|shown| shown == line), "{line}:\n{plain}");
        }
        assert!(!plain.contains("proposal") && !plain.contains("next attempt"), "{plain}");
    }
}

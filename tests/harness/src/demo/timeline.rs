//! What happened and when, from the proposal's own events.

use jiff::Timestamp;
use serde_json::Value;

use super::scenario::Told;
use crate::progress::heading;

pub(super) fn print(told: &Told) {
    heading("What happened");
    let mut before: Option<Timestamp> = None;
    for event in &told.events {
        let at: Option<Timestamp> = event["created_at"].as_str().and_then(|time| time.parse().ok());
        let since = match (before, at) {
            (Some(before), Some(at)) => {
                format!("+{} ms", at.as_millisecond() - before.as_millisecond())
            }
            _ => String::new(),
        };
        let clock = at.map(|at| at.strftime("%H:%M:%S%.3f").to_string()).unwrap_or_default();
        println!(
            "  {clock}  {since:>9}  {:<10} {}",
            text(&event["actor"]),
            text(&event["message"])
        );
        before = at.or(before);
    }
    let steps = steps(told);
    if !steps.is_empty() {
        println!("\n  Milliseconds per step of the runner:");
        for (step, milliseconds) in steps {
            println!("    {step:<22} {milliseconds:>8}");
        }
    }
    let proposal = &told.proposal;
    println!(
        "\n  Proposal {} is {}: {}",
        text(&proposal["id"]),
        text(&proposal["status"]),
        text(&proposal["pr_url"])
    );
}

/// The runner's steps with their milliseconds, as the ledger keeps them; what took longest comes first.
pub(super) fn steps(told: &Told) -> Vec<(String, String)> {
    let opened = told.events.iter().find(|event| event["kind"] == "pull_request_opened");
    let facts = opened.and_then(|event| event["facts"].as_object());
    let step = |(name, value): (&String, &Value)| {
        let took = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((name.strip_suffix("_ms")?.to_owned(), took))
    };
    let mut steps: Vec<_> = facts.into_iter().flatten().filter_map(step).collect();
    steps.sort_by_key(|(_, took)| std::cmp::Reverse(took.parse::<u64>().unwrap_or(0)));
    steps
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

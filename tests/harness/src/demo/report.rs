//! `report.json`: the demo's facts for a program.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::{scenario::Told, timeline};

/// The events that are states, with the state that each begins.
const STATES: [(&str, &str); 4] = [
    ("proposal_created", "pending"),
    ("open_requested", "opening"),
    ("pull_request_opened", "pr_opened"),
    ("pull_request_merged", "pr_merged"),
];

pub(super) fn write(folder: &Path, told: &Told) -> anyhow::Result<PathBuf> {
    let fact = |name: &str| {
        told.events
            .iter()
            .rev()
            .find_map(|event| event["facts"][name].as_str())
            .map_or(Value::Null, Value::from)
    };
    let states: Vec<Value> = STATES
        .iter()
        .filter_map(|(kind, state)| {
            let event = told.events.iter().find(|event| event["kind"] == *kind)?;
            Some(json!({"state": state, "at": event["created_at"]}))
        })
        .collect();
    let steps: Map<String, Value> = timeline::steps(told)
        .into_iter()
        .map(|(step, milliseconds)| {
            (step, milliseconds.parse::<f64>().map_or(Value::Null, Value::from))
        })
        .collect();
    let report = json!({
        "proposal_id": told.proposal["id"],
        "branch": told.pull.head_ref,
        "base_oid": fact("base_oid"),
        "head_oid": told.pull.head_sha,
        "pr_url": told.pull.html_url,
        "states": states,
        "steps_ms": steps,
    });
    let path = folder.join("report.json");
    std::fs::write(&path, format!("{report:#}\n"))
        .with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}

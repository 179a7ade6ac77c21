//! From the click to the open pull request: `POST open_pr` sent, until the first answer that says `pr_opened`.
//!
//! Manual and study-backed proposals take turns on one warm repository; the forge runs on the same cores.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use pullwright_harness::{Rest, Stack, StackOptions, WireOptions, Wired};
use serde_json::{Value, json};

use crate::stats::Samples;

/// What the reference system needs for a warm study-backed proposal, measured on the same kind of machine.
const REFERENCE_MS: f64 = 550.0;
/// The first bar for the process engine.
const BAR_MS: f64 = 250.0;
/// How long a proposal may take before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Measured {
    total: Samples,
    steps: BTreeMap<String, Samples>,
}

pub(crate) async fn run(folder: &Path, runs: usize) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    println!("open: starting the stack");
    let stack =
        Stack::start(StackOptions { durable: true, ..StackOptions::new(folder.join("logs")) })
            .await?;
    let rest = stack.rest()?;
    let options = WireOptions::new("bench").declare(json!({"boost": "float"}));
    let wired = stack.wire(options).await?;
    let kinds = ["manual", "study"];
    let mut measured: BTreeMap<&str, Measured> =
        kinds.map(|kind| (kind, Measured::default())).into();
    for run in 0..=runs {
        for kind in kinds {
            let proposal = propose(&rest, &wired, kind, run).await?;
            let milliseconds = open(&rest, &proposal).await?;
            // The first of each kind fills caches and pools; it is not counted.
            if run > 0 {
                let measured = measured.entry(kind).or_default();
                measured.total.add(milliseconds);
                add_steps(&rest, &proposal, measured).await?;
            }
        }
        if run % 5 == 0 {
            println!("open: {run} of {runs} runs");
        }
    }
    print(&measured);
    let report = json!({
        "runs": runs,
        "bar_ms": BAR_MS,
        "reference_ms": REFERENCE_MS,
        "open_ms": measured.iter().map(|(kind, m)| ((*kind).to_owned(), m.total.json())).collect::<BTreeMap<_, _>>(),
        "steps_ms": measured.iter().map(|(kind, m)| {
            ((*kind).to_owned(), m.steps.iter().map(|(step, s)| (step.clone(), s.json())).collect::<BTreeMap<_, _>>())
        }).collect::<BTreeMap<_, _>>(),
    });
    let path = folder.join("open.json");
    std::fs::write(&path, format!("{report:#}\n"))
        .with_context(|| format!("write {}", path.display()))?;
    println!("\nThe figures are in {}.", path.display());
    tokio::task::spawn_blocking(move || stack.stop()).await?
}

async fn propose(rest: &Rest, wired: &Wired, kind: &str, run: usize) -> anyhow::Result<String> {
    let to = 2.0 + f64::from(u32::try_from(run)?) / 100.0;
    let diff = json!({"boost": {"from": 1.0, "to": to}});
    let (path, body, field) = match kind {
        "manual" => {
            let body = json!({"cluster_id": wired.cluster_id, "template_id": wired.template_id, "config_diff": diff});
            ("/api/v1/proposals", body, "id")
        }
        _ => ("/api/v1/studies", study(wired, run, &diff), "proposal_id"),
    };
    let made = rest.post(path, &body).await?.expect(201)?;
    made[field].as_str().map(str::to_owned).context("the answer names the proposal")
}

fn study(wired: &Wired, run: usize, diff: &Value) -> Value {
    let trial = |number: i32| {
        json!({"number": number, "params": {"boost": 1.0 + f64::from(number) / 10.0}, "status": "complete",
               "primary_metric": 0.4 + f64::from(number) / 100.0, "is_baseline": number == 0, "duration_ms": 1200})
    };
    json!({
        "name": format!("bench {run}"),
        "cluster_id": wired.cluster_id,
        "template_id": wired.template_id,
        "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
        "trials": (0..20).map(trial).collect::<Vec<_>>(),
        "digest": {"narrative": "n", "parameter_importance": {"boost": 0.7, "tie_breaker": 0.2, "slop": 0.1},
                   "recommended_config": {"boost": 2.5}, "suggested_followups": [], "generated_by": "bench"},
        "config_diff": diff,
    })
}

/// Opens a proposal; milliseconds until an answer says that it is open.
async fn open(rest: &Rest, proposal: &str) -> anyhow::Result<f64> {
    let path = format!("/api/v1/proposals/{proposal}");
    let started = Instant::now();
    rest.act(&format!("{path}/open_pr")).await?.expect(202)?;
    loop {
        let now = rest.get(&path).await?.expect(200)?;
        if now["status"] == "pr_opened" {
            return Ok(started.elapsed().as_secs_f64() * 1000.0);
        }
        if let Some(error) = now["pr_open_error"].as_str() {
            bail!("the pull request was not opened: {error}");
        }
        if started.elapsed() > PATIENCE {
            bail!("the pull request was not opened within {} s", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn add_steps(rest: &Rest, proposal: &str, measured: &mut Measured) -> anyhow::Result<()> {
    let events =
        rest.get(&format!("/api/v1/proposals/{proposal}/events?limit=200")).await?.expect(200)?;
    let opened = events["data"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|event| event["kind"] == "pull_request_opened");
    for (name, value) in opened.and_then(|event| event["facts"].as_object()).into_iter().flatten() {
        if let (Some(step), Some(took)) =
            (name.strip_suffix("_ms"), value.as_str().and_then(|took| took.parse().ok()))
        {
            measured.steps.entry(step.to_owned()).or_default().add(took);
        }
    }
    Ok(())
}

fn print(measured: &BTreeMap<&str, Measured>) {
    println!(
        "\n{:<26} {:>10} {:>10} {:>14} {:>12}",
        "open_pr → pr_opened, ms", "median", "max", "reference 550", "bar 250"
    );
    for (kind, measured) in measured {
        let median = measured.total.median();
        let held = if median < BAR_MS { "held" } else { "missed" };
        println!(
            "{kind:<26} {median:>10.1} {:>10.1} {:>13.1}x {held:>12}",
            measured.total.max(),
            REFERENCE_MS / median
        );
    }
    for (kind, measured) in measured {
        println!("\n{:<26} {:>10} {:>10}", format!("{kind}: runner's steps, ms"), "median", "max");
        let mut steps: Vec<_> = measured.steps.iter().collect();
        steps.sort_by(|a, b| b.1.median().total_cmp(&a.1.median()));
        for (step, samples) in steps {
            println!("{step:<26} {:>10.1} {:>10.1}", samples.median(), samples.max());
        }
    }
}

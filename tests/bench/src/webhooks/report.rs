//! The tables for people and the JSON for programs.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{baseline, check::Checked, load::Measured, server};

/// Stored deliveries a second on 32 connections, durably.
const BAR_PER_SECOND: f64 = 5_000.0;
/// What a single-process peer reaches with SQLite, without fsync and without keeping bodies.
const AIM_PER_SECOND: f64 = 7_400.0;
/// The longest acknowledgement of 99 in 100 at a steady 1,000 a second.
const BAR_P99_MS: f64 = 50.0;
/// The connections that the bar is about.
const BAR_CONNECTIONS: usize = 32;
/// How much more memory in the second half than in the first still counts as flat.
const FLAT: f64 = 1.10;

/// As fast as the answers came.
pub(super) struct Point {
    pub(super) connections: usize,
    pub(super) durable: bool,
    pub(super) measured: Measured,
    /// Rows a second of the baseline.
    pub(super) bare: f64,
    /// Seconds on the cores, by process.
    pub(super) used: Vec<(&'static str, f64)>,
}

/// The memory over very many deliveries.
#[derive(Default)]
pub(super) struct Memory {
    /// After so many deliveries: megabytes by process.
    pub(super) looks: Vec<(u64, Vec<(&'static str, f64)>)>,
    pub(super) took: Duration,
}

/// Everything that was measured.
pub(super) struct Report {
    pub(super) points: Vec<Point>,
    pub(super) steady: Measured,
    pub(super) memory: Memory,
    pub(super) checked: Checked,
    pub(super) seconds: u64,
}

impl Point {
    /// Milliseconds on the cores per delivery.
    fn each(&self) -> Vec<(&'static str, f64)> {
        let stored = per_second_to_count(self);
        self.used.iter().map(|(name, seconds)| (*name, seconds * 1000.0 / stored)).collect()
    }

    fn json(&self) -> Value {
        json!({
            "connections": self.connections,
            "synchronous_commit": if self.durable { "on" } else { "off" },
            "per_second": round(self.measured.per_second()),
            "latency_ms": latency(&self.measured),
            "answers": self.measured.answers,
            "bare_per_second": round(self.bare),
            "ratio": round(self.measured.per_second() / self.bare),
            "core_ms_per_delivery": self.each().into_iter().map(|(name, ms)| (name, round_fine(ms))).collect::<BTreeMap<_, _>>(),
        })
    }
}

fn per_second_to_count(point: &Point) -> f64 {
    (point.measured.per_second() * point.measured.took.as_secs_f64()).max(1.0)
}

impl Memory {
    /// By process: the most in the first half after the first look, and the most in the second half.
    fn halves(&self) -> BTreeMap<&'static str, (f64, f64)> {
        let mut halves = BTreeMap::new();
        let middle = self.looks.len() / 2;
        for (index, (_, megabytes)) in self.looks.iter().enumerate() {
            for (name, megabytes) in megabytes {
                let (first, second) = halves.entry(*name).or_insert((0.0_f64, 0.0_f64));
                let half = if index < middle { first } else { second };
                *half = half.max(*megabytes);
            }
        }
        halves
    }

    fn is_flat(&self) -> bool {
        self.halves().values().all(|(first, second)| *second <= first * FLAT)
    }
}

impl Report {
    fn bar(&self) -> Option<&Point> {
        self.points.iter().find(|point| point.durable && point.connections == BAR_CONNECTIONS)
    }

    fn mean_bytes(&self) -> u64 {
        let (bytes, sent) = self.points.iter().fold((0, 0), |(bytes, sent), point| {
            (bytes + point.measured.bytes, sent + point.measured.sent())
        });
        bytes / sent.max(1)
    }

    pub(super) fn print(&self) {
        let settings = server::SETTINGS.map(|(name, value)| format!("{name} = {value}"));
        println!("\nPostgreSQL with its log's files made beforehand, {}", settings.join(", "));
        println!("bodies have {} bytes on average", self.mean_bytes());
        println!(
            "\n{:<32} {:>9} {:>8} {:>8} {:>8} {:>10} {:>7}  core ms each",
            "stored deliveries", "a second", "p50 ms", "p95 ms", "p99 ms", "bare", "ratio"
        );
        for point in &self.points {
            let durable = if point.durable { "durable" } else { "not durable" };
            let latency = &point.measured.latency;
            let each: Vec<_> =
                point.each().iter().map(|(name, ms)| format!("{name} {ms:.3}")).collect();
            println!(
                "{:<32} {:>9.0} {:>8.1} {:>8.1} {:>8.1} {:>10.0} {:>6.2}x  {}",
                format!("{} connections, {durable}", point.connections),
                point.measured.per_second(),
                latency.percentile(0.5),
                latency.percentile(0.95),
                latency.percentile(0.99),
                point.bare,
                point.measured.per_second() / point.bare,
                each.join(", "),
            );
        }
        println!("(bare: {}, nothing received, verified or applied)", baseline::NAME);
        if let Some(bar) = self.bar() {
            let reached = bar.measured.per_second();
            let aim = if reached >= AIM_PER_SECOND { "reached" } else { "not reached" };
            println!(
                "\n{BAR_CONNECTIONS} connections, durable: {reached:.0} a second, bar {BAR_PER_SECOND:.0} {}, aim {AIM_PER_SECOND:.0} {aim}",
                held(reached >= BAR_PER_SECOND)
            );
        }
        let p99 = self.steady.latency.percentile(0.99);
        println!(
            "steady {:.0} a second: p50 {:.1} ms, p99 {p99:.1} ms, bar {BAR_P99_MS:.0} {}",
            self.steady.per_second(),
            self.steady.latency.percentile(0.5),
            held(p99 < BAR_P99_MS)
        );
        self.print_memory();
        let refused: BTreeMap<_, u64> =
            self.all().flat_map(refused).fold(BTreeMap::new(), |mut sum, (answer, count)| {
                *sum.entry(answer).or_default() += count;
                sum
            });
        if !refused.is_empty() {
            println!("answers other than 200: {refused:?}");
        }
        let Checked { sent, rows, outcomes, bodies, violations, .. } = &self.checked;
        println!("{sent} sent, {rows} rows, {outcomes:?}, {bodies} bodies compared");
        for violation in violations {
            println!("VIOLATION: {violation}");
        }
    }

    fn print_memory(&self) {
        let Some((last, _)) = self.memory.looks.last() else { return };
        let halves: Vec<_> = self
            .memory
            .halves()
            .into_iter()
            .map(|(name, (first, second))| format!("{name} {first:.0} then {second:.0} MB"))
            .collect();
        println!(
            "memory over {last} deliveries in {:.0} s: {}; flat: {}",
            self.memory.took.as_secs_f64(),
            halves.join(", "),
            held(self.memory.is_flat())
        );
    }

    fn all(&self) -> impl Iterator<Item = &Measured> {
        self.points.iter().map(|point| &point.measured).chain([&self.steady])
    }

    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let looks: Vec<_> = self
            .memory
            .looks
            .iter()
            .map(|(sent, megabytes)| {
                let by_name: BTreeMap<_, _> =
                    megabytes.iter().map(|(name, mb)| (*name, round(*mb))).collect();
                json!({"deliveries": sent, "megabytes": by_name})
            })
            .collect();
        let report = json!({
            "seconds_each": self.seconds,
            "postgresql": BTreeMap::from(server::SETTINGS),
            "mean_body_bytes": self.mean_bytes(),
            "bar_per_second": BAR_PER_SECOND,
            "aim_per_second": AIM_PER_SECOND,
            "baseline": baseline::NAME,
            "points": self.points.iter().map(Point::json).collect::<Vec<_>>(),
            "steady": {"per_second": round(self.steady.per_second()), "latency_ms": latency(&self.steady), "bar_p99_ms": BAR_P99_MS,
                       "answers": self.steady.answers},
            "memory": {"looks": looks, "took_s": round(self.memory.took.as_secs_f64()), "is_flat": self.memory.is_flat()},
            "checked": self.checked.json(),
        });
        std::fs::write(path, format!("{report:#}\n"))
            .with_context(|| format!("write {}", path.display()))?;
        println!("\nThe figures are in {}.", path.display());
        Ok(())
    }
}

/// One look at the memory, for people who wait.
pub(super) fn look(
    sent: u64,
    of: u64,
    measured: &Measured,
    megabytes: &[(&'static str, f64)],
) -> String {
    let megabytes: Vec<_> =
        megabytes.iter().map(|(name, mb)| format!("{name} {mb:.0} MB")).collect();
    format!(
        "{sent} of {of} deliveries, {:.0} a second, {}",
        measured.per_second(),
        megabytes.join(", ")
    )
}

fn refused(measured: &Measured) -> impl Iterator<Item = (String, u64)> + '_ {
    let is_refusal = |(answer, _): &(&String, &u64)| answer.starts_with(char::is_numeric);
    measured.answers.iter().filter(is_refusal).map(|(answer, count)| (answer.clone(), *count))
}

fn latency(measured: &Measured) -> Value {
    let of = |share| round_fine(measured.latency.percentile(share));
    json!({"p50": of(0.5), "p95": of(0.95), "p99": of(0.99), "max": round_fine(measured.latency.max())})
}

fn held(is_held: bool) -> &'static str {
    if is_held { "held" } else { "missed" }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn round_fine(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

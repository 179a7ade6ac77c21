//! Whether the ledger holds what was sent: every delivery once, with its body, and each pull request as its last delivery left it.

use std::{collections::BTreeMap, io::Read as _};

use anyhow::{Context as _, bail, ensure};
use pullwright_pg::{Client, Pool, Queries as _};
use serde_json::{Value, json};

use super::rotation::Rotation;

/// How many bodies are compared with what was sent.
const BODIES: u64 = 200;

/// What was found.
pub(super) struct Checked {
    /// How many deliveries were sent.
    pub(super) sent: u64,
    /// How many of them were to change a row.
    pub(super) changes: u64,
    /// How many rows there are.
    pub(super) rows: u64,
    /// How many came of each kind.
    pub(super) outcomes: BTreeMap<String, u64>,
    /// How many bodies were read back and were the same.
    pub(super) bodies: u64,
    /// What is not as it must be.
    pub(super) violations: Vec<String>,
}

impl Checked {
    pub(super) fn json(&self) -> Value {
        json!({"sent": self.sent, "changes": self.changes, "rows": self.rows, "outcomes": self.outcomes, "bodies_compared": self.bodies,
               "violations": self.violations})
    }
}

/// Looks at everything that was sent, deliveries 0 to `sent`.
pub(super) async fn check(pool: &Pool, rotation: &Rotation, sent: u64) -> anyhow::Result<Checked> {
    const COUNT: &str = "
        SELECT outcome, count(*) AS rows, count(DISTINCT guid) AS guids, count(duplicate_of) AS duplicates
        FROM deliveries
        WHERE guid LIKE 'be9c0000-%'
        GROUP BY outcome";
    let client = pool.client().await?;
    let count = |value: i64| u64::try_from(value).unwrap_or_default();
    let (mut rows, mut guids, mut duplicates) = (0, 0, 0);
    let mut outcomes = BTreeMap::new();
    for row in client.query(COUNT, &[]).await? {
        rows += count(row.get("rows"));
        guids += count(row.get("guids"));
        duplicates += count(row.get("duplicates"));
        outcomes.insert(row.get("outcome"), count(row.get("rows")));
    }
    let changes = sent.div_ceil(2);
    let mut violations = Vec::new();
    let mut hold = |holds: bool, claim: String| {
        if !holds {
            violations.push(claim);
        }
    };
    hold(rows == sent, format!("{rows} rows of {sent} deliveries"));
    hold(guids == rows, format!("{guids} ids in {rows} rows"));
    hold(duplicates == 0, format!("{duplicates} are said to be duplicates"));
    let applied = outcomes.get("applied").copied().unwrap_or_default();
    hold(applied == changes, format!("{applied} of {changes} changes were applied"));
    let (bodies, others) = bodies(&client, rotation, sent).await?;
    hold(others.is_empty(), format!("{} bodies are not what was sent: {others:?}", others.len()));
    let wrong = states(&client, rotation, sent).await?;
    hold(wrong == 0, format!("{wrong} proposals are not as their last delivery said"));
    Ok(Checked { sent, changes, rows, outcomes, bodies, violations })
}

/// Reads bodies back, at equal distances; how many were compared, and which are not what was sent.
async fn bodies(
    client: &Client,
    rotation: &Rotation,
    sent: u64,
) -> anyhow::Result<(u64, Vec<String>)> {
    const SQL: &str = "
        SELECT guid, body, body_encoding
        FROM deliveries
        WHERE guid = ANY($1)";
    let step = sent.div_ceil(BODIES).max(1);
    // An odd step, so that both kinds of deliveries are looked at.
    let guids: Vec<_> = (0..sent).step_by(usize::try_from(step | 1)?).map(Rotation::guid).collect();
    let mut others = Vec::new();
    let mut compared = 0;
    for row in client.query(SQL, &[&guids]).await? {
        let guid: String = row.get("guid");
        let serial = Rotation::serial(&guid).context("an id of ours")?;
        compared += 1;
        if unpacked(row.get("body"), row.get("body_encoding"))? != rotation.request(serial).body() {
            others.push(guid);
        }
    }
    ensure!(compared > 0 || sent == 0, "no body was found");
    Ok((compared, others))
}

fn unpacked(packed: &[u8], encoding: &str) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(packed).read_to_end(&mut body)?,
        "zstd" => zstd::Decoder::new(packed)?.read_to_end(&mut body)?,
        other => bail!("a body that is compressed as {other:?}"),
    };
    Ok(body)
}

/// How many proposals show another state than their last delivery said.
async fn states(client: &Client, rotation: &Rotation, sent: u64) -> anyhow::Result<usize> {
    const SQL: &str = "
        SELECT pr_number, pr_state
        FROM proposals
        WHERE pr_number IS NOT NULL";
    let mut last = BTreeMap::new();
    for change in (0..sent).filter_map(|serial| rotation.change(serial)) {
        last.insert(change.number, if change.closes() { "closed" } else { "open" });
    }
    let mut wrong = 0;
    for row in client.query(SQL, &[]).await? {
        let number = u64::try_from(row.get::<_, i64>("pr_number"))?;
        let state: &str = row.get("pr_state");
        wrong += usize::from(state != last.get(&number).copied().unwrap_or("open"));
    }
    Ok(wrong)
}

//! Proposals with open pull requests, for deliveries to close and to reopen.

use jiff::Timestamp;
use pullwright_chaos::opened::{self, Opened};
use pullwright_harness::Wired;
use pullwright_pg::{Pool, Queries as _};

/// The number of the first pull request; the examples' own are smaller.
pub(super) const FIRST_NUMBER: u64 = 1_000_000;
/// GitHub's `updated_at` of all of them: before any delivery's.
const OPENED_AT: i64 = 1_760_000_000;

/// Writes `pulls` proposals into the ledger, whose pull requests are on `host`.
pub(super) async fn fill(pool: &Pool, wired: &Wired, host: &str, pulls: u64) -> anyhow::Result<()> {
    let updated_at = Timestamp::from_second(OPENED_AT)?;
    let pull = |number: u64| {
        Ok(Opened {
            number: i64::try_from(number)?,
            node_id: format!("PR_{number}"),
            url: format!("{host}/{}/pull/{number}", wired.repository),
            branch: format!("pullwright/proposal-{number}"),
            head_oid: "b".repeat(40),
            base_oid: "a".repeat(40),
            updated_at,
        })
    };
    let numbers = FIRST_NUMBER..FIRST_NUMBER + pulls;
    let pulls = numbers.map(pull).collect::<anyhow::Result<Vec<_>>>()?;
    opened::write(pool, wired, host, &pulls).await?;
    pool.client().await?.batch_execute("ANALYZE").await?;
    Ok(())
}

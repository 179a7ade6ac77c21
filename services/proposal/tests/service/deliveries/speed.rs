//! How long the ledger takes for groups of deliveries; run by hand, since it says nothing on a busy machine:
//! `cargo test --release -p pullwright-proposal --test service how_long -- --ignored --nocapture`.

use std::time::Instant;

use pullwright_pg::Queries as _;

use super::{
    crowd::{Crowd, OPEN},
    groups::together,
};
use crate::{harness::Harness, hook::Hook, interleavings::random::Random};

/// Bytes of a body of ten thousand after zstd, which no page compresses further.
const BODY: usize = 2_300;

#[ignore = "a measurement, not a test"]
#[tokio::test(flavor = "multi_thread")]
async fn how_long_groups_take() {
    let ledger = Harness::start().await;
    let members = vec![OPEN; 4_000];
    let crowd = Crowd::of(&ledger, "products", &members).await;
    ledger.db().await.batch_execute("ANALYZE").await.unwrap();
    let mut random = Random::new(7);
    let mut at = 10;
    for size in [1, 32, 64, 128, 256, 256, 256] {
        let groups: Vec<Vec<_>> = (0..4096 / size.max(32))
            .map(|_| {
                (0..size)
                    .map(|n| {
                        at += 1;
                        let number = i64::try_from(10 * random.below(members.len()) + 1).unwrap();
                        let mut hook = match (n % 2, at % 4 < 2) {
                            (0, _) => Hook::event(&crowd.repository, "push"),
                            (_, true) => Hook::closed(&crowd.repository, number, at),
                            (_, false) => Hook::reopened(&crowd.repository, number, at),
                        };
                        let body: Vec<u8> =
                            (0..BODY / 8).flat_map(|_| random.next().to_le_bytes()).collect();
                        hook.request.body_sha256 = body[..32].to_vec().into();
                        hook.request.body_gzip = body.into();
                        hook.request
                    })
                    .collect()
            })
            .collect();
        let (rows, begun) = (size * groups.len(), Instant::now());
        let wal = wal(&ledger).await;
        for group in groups {
            together(&ledger, group).await;
        }
        let took = begun.elapsed();
        let wal = self::wal(&ledger).await - wal;
        println!(
            "{size:>4} a group: {:>7.0} rows/s, {:>6.2} ms a group, {:>6} bytes of WAL a row",
            rows as f64 / took.as_secs_f64(),
            took.as_secs_f64() * 1e3 * size as f64 / rows as f64,
            wal / rows as i64
        );
    }
    const STATEMENTS: &str = "
        SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
        WHERE n_tup_upd > 0 ORDER BY n_tup_upd DESC";
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    for row in ledger.db().await.query(STATEMENTS, &[]).await.unwrap() {
        let (table, all, hot): (&str, i64, i64) = (row.get(0), row.get(1), row.get(2));
        println!("{table}: {all} updates, {hot} of them in place");
    }
}

async fn wal(ledger: &Harness) -> i64 {
    const SQL: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS n";
    ledger.db().await.query_one(SQL, &[]).await.unwrap().get("n")
}

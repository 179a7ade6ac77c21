//! The page by OFFSET and its count, two statements on PostgreSQL itself, with the indexes that there are.

use std::time::Instant;

use pullwright_pg::{Client, Queries as _};

use super::{PAGE_SIZE, cases::Case};
use crate::stats::Samples;

pub(super) async fn measure(
    client: &Client,
    case: &Case,
    skipped: i64,
    runs: usize,
) -> anyhow::Result<Samples> {
    let (table, condition, order) = (case.list.table(), &case.condition, case.order_sql());
    let page = format!(
        "SELECT * FROM {table} WHERE {condition} ORDER BY {order} OFFSET {skipped} LIMIT {PAGE_SIZE} + 1"
    );
    let count = format!("SELECT count(*) FROM {table} WHERE {condition}");
    let mut samples = Samples::default();
    for run in 0..=runs {
        let started = Instant::now();
        client.query_once(&page, &[]).await?;
        client.query_once(&count, &[]).await?;
        if run > 0 {
            samples.add(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(samples)
}

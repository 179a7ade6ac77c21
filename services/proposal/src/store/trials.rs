//! Trials as rows. Values per query are written here and read by nobody but `confidence`.

use jiff::Timestamp;
use pullwright_pg::{Queries, Row, Transaction, types::Json};
use uuid::Uuid;

use super::json;
use crate::{
    domain::{Direction, Trial, TrialStatus},
    error::{Error, Result},
};

/// A study's trials, by number.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn list(client: &impl Queries, study_id: Uuid) -> Result<Vec<Trial>> {
    const SQL: &str = "
        SELECT id, number, params_json, primary_metric, metrics, duration_ms, status, error, started_at, ended_at,
               is_baseline
        FROM trials
        WHERE study_id = $1
        ORDER BY number";
    client.query(SQL, &[&study_id]).await?.iter().map(from_row).collect()
}

/// The best complete trials other than the baseline, the best first; of equals the one with the lower number.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn best(
    client: &impl Queries,
    study_id: Uuid,
    direction: Direction,
    most: i64,
) -> Result<Vec<Trial>> {
    const SQL: &str = "
        SELECT id, number, params_json, primary_metric, metrics, duration_ms, status, error, started_at, ended_at,
               is_baseline
        FROM trials
        WHERE study_id = $1 AND status = 'complete' AND NOT is_baseline
        ORDER BY CASE WHEN $2 THEN primary_metric END DESC, primary_metric, number
        LIMIT $3";
    let maximize = direction == Direction::Maximize;
    client.query(SQL, &[&study_id, &maximize, &most]).await?.iter().map(from_row).collect()
}

/// How many trials a study has.
///
/// # Errors
/// The database refused.
pub async fn count(client: &impl Queries, study_id: Uuid) -> Result<i64> {
    const SQL: &str = "
        SELECT count(*) AS trials
        FROM trials
        WHERE study_id = $1";
    Ok(client.query_one(SQL, &[&study_id]).await?.get("trials"))
}

/// Writes a study's trials in one statement.
///
/// # Errors
/// The database refused.
pub async fn insert(tx: &Transaction<'_>, study_id: Uuid, trials: &[Trial]) -> Result<()> {
    const SQL: &str = "
        INSERT INTO trials (study_id, id, number, params_json, primary_metric, metrics, duration_ms, status, error,
                            started_at, ended_at, per_query_metrics_json, is_baseline)
        SELECT $1, *
        FROM unnest($2::uuid[], $3::int4[], $4::text[], $5::float8[], $6::jsonb[], $7::int8[], $8::text[], $9::text[],
                    $10::timestamptz[], $11::timestamptz[], $12::text[], $13::bool[])";
    fn column<'t, T>(trials: &'t [Trial], of: impl Fn(&'t Trial) -> T) -> Vec<T> {
        trials.iter().map(of).collect()
    }
    let unless_empty = |text: &'_ String| (!text.is_empty()).then(|| text.clone());
    tx.execute(
        SQL,
        &[
            &study_id,
            &column(trials, |trial| trial.id),
            &column(trials, |trial| trial.number),
            &column(trials, |trial| json::object(&trial.params)),
            &column(trials, |trial| trial.primary_metric),
            &column(trials, |trial| Json(&trial.metrics)),
            &column(trials, |trial| trial.duration_ms),
            &column(trials, |trial| trial.status.as_str()),
            &column(trials, |trial| unless_empty(&trial.error)),
            &column(trials, |trial| trial.started_at),
            &column(trials, |trial| trial.ended_at),
            &column(trials, |trial| unless_empty(&trial.per_query_metrics_json)),
            &column(trials, |trial| trial.is_baseline),
        ],
    )
    .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Trial> {
    let status: &str = row.get("status");
    Ok(Trial {
        id: row.get("id"),
        number: row.get("number"),
        params: json::members("trials.params_json", row.get("params_json"))?,
        primary_metric: row.get("primary_metric"),
        metrics: row.get::<_, Json<_>>("metrics").0,
        duration_ms: row.get::<_, Option<i64>>("duration_ms").unwrap_or_default(),
        status: TrialStatus::parse(status)
            .ok_or_else(|| Error::unreadable("trials.status", status))?,
        error: row.get::<_, Option<String>>("error").unwrap_or_default(),
        started_at: row.get::<_, Option<Timestamp>>("started_at"),
        ended_at: row.get::<_, Option<Timestamp>>("ended_at"),
        per_query_metrics_json: String::new(),
        is_baseline: row.get("is_baseline"),
    })
}

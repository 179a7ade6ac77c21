//! What is known of a study's winner, as rows: the values of all trials, and the values per query of three at most.

use pullwright_pg::{Queries, Row};
use uuid::Uuid;

use crate::{
    domain::{
        Objective,
        confidence::{Evidence, Score, Scores, Unreadable, Value, read},
    },
    error::{Error, Result},
};

/// Longest text of values per query that is looked at, in bytes: 10,000 queries have room many times over.
const LONGEST: i32 = 8 * 1024 * 1024;

/// What is known of a study that optimised `objective`; none when no trial but the baseline is complete.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn evidence(
    client: &impl Queries,
    study_id: Uuid,
    objective: &Objective,
) -> Result<Option<Evidence>> {
    let scores = scores(client, study_id).await?;
    let Some(scores) = Scores::ranked(objective.direction, scores) else { return Ok(None) };
    let winner = scores.winner().number;
    let runner_up = scores.runner_up().map(|score| score.number);
    let shown: Vec<i32> = runner_up.into_iter().chain([winner]).collect();
    let mut evidence =
        Evidence { scores, winner: Vec::new(), baseline: Vec::new(), runner_up: Vec::new() };
    for row in per_query(client, study_id, &shown).await? {
        let values = values(&row, &objective.key())?;
        if row.get("is_baseline") {
            evidence.baseline = values;
        } else if row.get::<_, i32>("number") == winner {
            evidence.winner = values;
        } else {
            evidence.runner_up = values;
        }
    }
    Ok(Some(evidence))
}

/// The values of the complete trials other than the baseline.
async fn scores(client: &impl Queries, study_id: Uuid) -> Result<Vec<Score>> {
    const SQL: &str = "
        SELECT number, primary_metric
        FROM trials
        WHERE study_id = $1 AND status = 'complete' AND NOT is_baseline AND primary_metric IS NOT NULL";
    let score = |row: &Row| Score { number: row.get("number"), value: row.get("primary_metric") };
    Ok(client.query(SQL, &[&study_id]).await?.iter().map(score).collect())
}

/// The values per query of these trials and of the baseline.
async fn per_query(client: &impl Queries, study_id: Uuid, numbers: &[i32]) -> Result<Vec<Row>> {
    const SQL: &str = "
        SELECT number, is_baseline, per_query_metrics_json
        FROM trials
        WHERE study_id = $1
          AND status = 'complete'
          AND (is_baseline OR number = ANY($2))
          AND octet_length(per_query_metrics_json) <= $3";
    Ok(client.query(SQL, &[&study_id, &numbers, &LONGEST]).await?)
}

fn values(row: &Row, metric: &str) -> Result<Vec<Value>> {
    const COLUMN: &str = "trials.per_query_metrics_json";
    read(row.get("per_query_metrics_json"), metric).map_err(|Unreadable| {
        // The text itself holds what people searched for, and this is logged.
        Error::unreadable(COLUMN, format!("of trial {}", row.get::<_, i32>("number")))
    })
}

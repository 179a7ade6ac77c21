//! Digests as rows, one per study at most.

use std::collections::HashMap;

use pullwright_pg::{Queries, Row, Transaction, types::Json};
use uuid::Uuid;

use super::json;
use crate::{domain::Digest, error::Result};

/// A study's digest.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn of_study(client: &impl Queries, study_id: Uuid) -> Result<Option<Digest>> {
    const SQL: &str = "
        SELECT *
        FROM digests
        WHERE study_id = $1";
    client.query_opt(SQL, &[&study_id]).await?.as_ref().map(from_row).transpose()
}

/// The digests of several studies, by study.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn of_studies(
    client: &impl Queries,
    study_ids: &[Uuid],
) -> Result<HashMap<Uuid, Digest>> {
    const SQL: &str = "
        SELECT *
        FROM digests
        WHERE study_id = ANY($1)";
    let rows = client.query(SQL, &[&study_ids]).await?;
    rows.iter().map(|row| Ok((row.get("study_id"), from_row(row)?))).collect()
}

/// Writes a study's digest, in the place of the one it has; gives the id under which it stands.
///
/// # Errors
/// The database refused.
pub async fn put(tx: &Transaction<'_>, study_id: Uuid, digest: &Digest) -> Result<Uuid> {
    const SQL: &str = "
        INSERT INTO digests (id, study_id, narrative, parameter_importance, recommended_config_json,
                             suggested_followups, generated_by, generated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (study_id) DO UPDATE
        SET narrative = excluded.narrative,
            parameter_importance = excluded.parameter_importance,
            recommended_config_json = excluded.recommended_config_json,
            suggested_followups = excluded.suggested_followups,
            generated_by = excluded.generated_by,
            generated_at = excluded.generated_at
        RETURNING id";
    let row = tx
        .query_one(
            SQL,
            &[
                &digest.id,
                &study_id,
                &digest.narrative,
                &Json(&digest.parameter_importance),
                &json::object(&digest.recommended_config),
                &Json(&digest.suggested_followups),
                &digest.generated_by,
                &digest.generated_at,
            ],
        )
        .await?;
    Ok(row.get("id"))
}

fn from_row(row: &Row) -> Result<Digest> {
    Ok(Digest {
        id: row.get("id"),
        narrative: row.get("narrative"),
        parameter_importance: row.get::<_, Json<_>>("parameter_importance").0,
        recommended_config: json::members(
            "digests.recommended_config_json",
            row.get("recommended_config_json"),
        )?,
        suggested_followups: row.get::<_, Json<_>>("suggested_followups").0,
        generated_by: row.get("generated_by"),
        generated_at: row.get("generated_at"),
    })
}

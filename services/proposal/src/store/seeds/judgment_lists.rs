//! Judgment lists as rows, each of one query set; only the seeding makes them.

use uuid::Uuid;

use crate::{
    domain::usage::Dependent,
    error::Result,
    store::{Queries as _, Transaction, usage},
};

/// Makes a complete judgment list unless there is one with this id; gives the query set that it belongs to.
///
/// # Errors
/// The database refused.
pub async fn ensure(
    tx: &Transaction<'_>,
    id: Uuid,
    query_set_id: Uuid,
    template_id: Uuid,
    name: &str,
) -> Result<Uuid> {
    // The update changes nothing; it makes a list that is there give its row, locked against its deletion.
    const SQL: &str = "
        INSERT INTO judgment_lists (id, query_set_id, template_id, name, status)
        VALUES ($1, $2, $3, $4, 'complete')
        ON CONFLICT (id) DO UPDATE
        SET name = judgment_lists.name
        RETURNING query_set_id";
    let row = tx.query_one(SQL, &[&id, &query_set_id, &template_id, &name]).await?;
    Ok(row.get("query_set_id"))
}

/// Locks a judgment list, so that nothing comes to depend on it; tells whether it is there.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT id
        FROM judgment_lists
        WHERE id = $1
        FOR UPDATE";
    Ok(tx.query_opt(SQL, &[&id]).await?.is_some())
}

/// What depends on a judgment list.
///
/// # Errors
/// The database refused.
pub async fn dependent(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Dependent>> {
    const SQL: &str = "
        SELECT EXISTS (SELECT FROM studies WHERE judgment_list_id = $1) AS study";
    let dependents = [("study", Dependent::StudyOfJudgmentList)];
    Ok(usage::first(&tx.query_one(SQL, &[&id]).await?, dependents))
}

/// Deletes a locked judgment list that nothing depends on.
///
/// # Errors
/// The database refused.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        DELETE FROM judgment_lists
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

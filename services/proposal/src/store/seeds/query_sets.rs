//! Query sets as rows; only the seeding makes them.

use uuid::Uuid;

use crate::{
    domain::usage::Dependent,
    error::Result,
    store::{Queries as _, Transaction, usage},
};

/// Makes a query set unless there is one with this id.
///
/// # Errors
/// The database refused.
pub async fn ensure(tx: &Transaction<'_>, id: Uuid, name: &str, query_count: i32) -> Result<()> {
    const SQL: &str = "
        INSERT INTO query_sets (id, name, query_count)
        VALUES ($1, $2, $3)
        ON CONFLICT (id) DO NOTHING";
    tx.execute(SQL, &[&id, &name, &query_count]).await?;
    Ok(())
}

/// Locks a query set, so that nothing comes to depend on it; tells whether it is there.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &Transaction<'_>, id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT id
        FROM query_sets
        WHERE id = $1
        FOR UPDATE";
    Ok(tx.query_opt(SQL, &[&id]).await?.is_some())
}

/// What depends on a query set, the first of a study, a judgment list.
///
/// # Errors
/// The database refused.
pub async fn dependent(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Dependent>> {
    const SQL: &str = "
        SELECT EXISTS (SELECT FROM studies WHERE query_set_id = $1) AS study,
               EXISTS (SELECT FROM judgment_lists WHERE query_set_id = $1) AS judgment_list";
    let dependents = [
        ("study", Dependent::StudyOfQuerySet),
        ("judgment_list", Dependent::JudgmentListOfQuerySet),
    ];
    Ok(usage::first(&tx.query_one(SQL, &[&id]).await?, dependents))
}

/// Deletes a locked query set that nothing depends on.
///
/// # Errors
/// The database refused.
pub async fn delete(tx: &Transaction<'_>, id: Uuid) -> Result<()> {
    const SQL: &str = "
        DELETE FROM query_sets
        WHERE id = $1";
    tx.execute(SQL, &[&id]).await?;
    Ok(())
}

//! Keeping the totals of lists short to read: changes are folded into the sums. Totals are exact before, while and after.

use super::Queries;
use crate::error::Result;

/// How many changes a reader adds up without noticing.
const FEW: i64 = 500;
/// How many are folded in one transaction, some hundred milliseconds.
const MOST: i64 = 20_000;

/// Folds changes when there are more than a few; tells whether there may be more of them.
///
/// Of several replicas one folds and the others go on. Nobody who writes proposals or studies waits for it.
///
/// # Errors
/// The database refused.
pub async fn fold(client: &impl Queries) -> Result<bool> {
    const SQL: &str = "
        SELECT CASE
            WHEN EXISTS (SELECT FROM list_total_changes OFFSET $1) THEN fold_list_totals($2)
            ELSE 0
        END AS n";
    Ok(client.query_one(SQL, &[&FEW, &MOST]).await?.get::<_, i64>("n") == MOST)
}

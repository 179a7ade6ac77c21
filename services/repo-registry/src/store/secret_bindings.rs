//! Rows of `secret_bindings`.

use pullwright_pg::{Queries, Transaction};

use super::get;
use crate::{
    Error,
    domain::{Binding, SecretKind},
    error::Result,
};

/// Binds a secret that is not bound yet as `wanted` says; gives what it is bound to then.
pub async fn bind(tx: &Transaction<'_>, secret: &str, wanted: &Binding) -> Result<Binding> {
    const BIND: &str = "
        INSERT INTO secret_bindings (secret, kind, host, owner)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (secret) DO NOTHING";
    // A statement of its own: it sees the row of whoever was faster, for whom BIND has waited.
    const SQL: &str = "SELECT kind, host, owner FROM secret_bindings WHERE secret = $1";
    tx.execute(BIND, &[&secret, &wanted.kind.as_str(), &wanted.host, &wanted.owner]).await?;
    let row = tx.query_one(SQL, &[&secret]).await?;
    let kind: String = get(&row, "kind")?;
    let kind =
        SecretKind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(|| {
            Error::Unreadable { column: "kind", source: format!("`{kind}` is no kind").into() }
        })?;
    Ok(Binding { kind, host: get(&row, "host")?, owner: get(&row, "owner")? })
}

/// Lets one transaction at a time change what stands behind a secret's name; who comes second waits until the first has ended.
pub async fn take_turns(tx: &Transaction<'_>, secret: &str) -> Result<()> {
    const SQL: &str = "
        SELECT 1 FROM secret_bindings
        WHERE secret = $1
        FOR UPDATE";
    tx.query_opt(SQL, &[&secret]).await?;
    Ok(())
}

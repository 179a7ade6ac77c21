//! To which config repository a cluster is wired.

use pullwright_pg::Transaction;
use uuid::Uuid;

use crate::{Error, convert, error::Result, store::config_repos};

/// The config repository of the id that a caller gave; it is not deleted before the transaction ends.
///
/// # Errors
/// There is none of this id.
pub(super) async fn to(tx: &Transaction<'_>, given: Option<String>) -> Result<Option<Uuid>> {
    let Some(given) = given else { return Ok(None) };
    let id = convert::id(&given).ok_or_else(|| Error::no_config_repo(&given))?;
    if config_repos::stays(tx, id).await? {
        Ok(Some(id))
    } else {
        Err(Error::no_config_repo(&given))
    }
}

//! Which registered repository a delivery of an App is about. The ledger's own copy of the registry decides, not only what was known when
//! the signature was verified: the repository may have been registered since.

use pullwright_pg::PgError;

use crate::{
    App,
    error::{Error, Result},
    store::{
        deliveries::NewDelivery,
        repositories::{self, Named},
    },
};

/// Writes the repository into each delivery that names none by its id and one that is registered by name or GitHub's id.
///
/// # Errors
/// The database is away.
pub(super) async fn find(app: &App, deliveries: &mut [NewDelivery]) -> Result<()> {
    let mut homeless: Vec<_> =
        deliveries.iter_mut().filter(|one| one.repository_id.is_none()).collect();
    if homeless.is_empty() {
        return Ok(());
    }
    let named: Vec<_> = homeless
        .iter()
        .map(|one| Named {
            host: &one.host,
            full_name: &one.repository_full_name,
            github_id: one.repository_github_id,
        })
        .collect();
    let found = match look(app, &named).await {
        // The connection may have been an old one.
        Err(Error::Database(PgError::Unavailable(_))) => look(app, &named).await?,
        found => found?,
    };
    for (delivery, id) in homeless.iter_mut().zip(found) {
        delivery.repository_id = id;
    }
    Ok(())
}

async fn look(app: &App, named: &[Named<'_>]) -> Result<Vec<Option<uuid::Uuid>>> {
    repositories::of(&app.db.client().await?, named).await
}

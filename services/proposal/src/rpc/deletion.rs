//! A deletion that the registry is asked for: looked at before, held against creations while it runs. No connection is held meanwhile.

use pullwright_pg::Transaction;
use tonic::Code;
use uuid::Uuid;

use crate::{
    App,
    domain::usage::{Need, Resource},
    error::{Error, Result},
    store::deletions,
};

/// A deletion that runs; nothing, when its id is none that anything could have.
#[derive(Debug)]
#[must_use = "creations are refused until it ends"]
pub(super) struct Deletion(Option<Begun>);

#[derive(Debug, Clone, Copy)]
struct Begun {
    id: Uuid,
    resource_id: Uuid,
}

impl Deletion {
    /// Begins to delete something that nothing needs.
    ///
    /// # Errors
    /// An unfinished proposal needs it, or the database is away.
    pub(super) async fn begin(
        app: &App,
        resource: Resource,
        id: &str,
        need: impl AsyncFnOnce(&Transaction<'_>, Uuid) -> Result<Option<Need>>,
    ) -> Result<Self> {
        Self::begin_unless(app, id, async |tx, id| {
            let need = need(tx, id).await?;
            Ok(need.map(|need| Error::InUse { resource, id, need }))
        })
        .await
    }

    /// Begins to delete something unless a reason stands against it.
    ///
    /// # Errors
    /// The reason, or the database is away.
    pub(super) async fn begin_unless(
        app: &App,
        id: &str,
        reason: impl AsyncFnOnce(&Transaction<'_>, Uuid) -> Result<Option<Error>>,
    ) -> Result<Self> {
        // Nothing can need what has no id; the registry says what it makes of it.
        let Ok(resource_id) = Uuid::try_parse(id) else { return Ok(Self(None)) };
        let mut db = app.db.client().await?;
        let tx = db.begin().await?;
        deletions::lock(&tx).await?;
        if let Some(reason) = reason(&tx, resource_id).await? {
            return Err(reason);
        }
        let id = deletions::begin(&tx, resource_id).await?;
        tx.commit().await?;
        Ok(Self(Some(Begun { id, resource_id })))
    }

    /// Lets creations go on. Where it is not known how the registry decided, they wait until it must have.
    pub(super) async fn end(self, app: &App, answer: &Result<()>) {
        let Some(Begun { id, resource_id }) = self.0 else { return };
        let written = async {
            let db = app.db.client().await?;
            match answer {
                Ok(()) => deletions::end_all(&db, resource_id).await,
                Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
                    deletions::end_all(&db, resource_id).await
                }
                Err(Error::Refused(_)) => deletions::end(&db, id).await,
                Err(_) => Ok(()),
            }
        };
        if let Err(error) = written.await {
            // It ends by itself soon; the answer of the registry is what the caller waits for.
            tracing::warn!(error = %error, "could not write down that a deletion is over");
        }
    }
}

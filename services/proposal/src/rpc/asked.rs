//! What the registry said about a cluster and a template before something is written that relies on it.

use jiff::Timestamp;
use pullwright_pg::Transaction;
use uuid::Uuid;

use crate::{
    App,
    error::{Error, Result},
    registry::Resolved,
    store::deletions,
};

/// An answer of the registry, and the database's time before it was asked.
#[derive(Debug)]
pub(super) struct Asked {
    /// The answer.
    pub(super) resolved: Resolved,
    moment: Timestamp,
}

impl Asked {
    /// Asks where a change of this template for this cluster is written.
    ///
    /// # Errors
    /// No such cluster or template, or a dependency is away.
    pub(super) async fn about(app: &App, cluster_id: Uuid, template_id: Uuid) -> Result<Self> {
        // The connection goes back before the registry is asked.
        let moment = deletions::moment(&app.db.client().await?).await?;
        let resolved = app.registry.resolve_target(cluster_id, template_id).await?;
        Ok(Self { resolved, moment })
    }

    /// Whether the answer is still true, and will be until the end of the transaction; comes before everything that locks rows.
    ///
    /// # Errors
    /// Something of it is being deleted or was deleted since, or the database refused.
    pub(super) async fn check(&self, tx: &Transaction<'_>) -> Result<()> {
        let Resolved { cluster, template, repository, .. } = &self.resolved;
        let mut ids = vec![cluster.id, template.id];
        ids.extend(repository.as_ref().map(|repository| repository.target.repository_id));
        let Some(id) = deletions::any_since(tx, self.moment, &ids).await? else { return Ok(()) };
        let what = match id {
            id if id == cluster.id => format!("cluster {}", cluster.name),
            id if id == template.id => {
                format!("version {} of query template {}", template.version, template.name)
            }
            _ => format!("the config repository of cluster {}", cluster.name),
        };
        Err(Error::BeingDeleted { id, what })
    }
}

//! What both seeds have in common: whom their studies belong to, and how one of them comes to its end.

use jiff::Timestamp;
use pullwright_pg::Transaction;
use uuid::Uuid;

use crate::{
    App,
    convert::id,
    domain::{
        Trial, Violations,
        seed::{self, Given},
        study::Outcome,
    },
    error::{Error, Result},
    rpc::asked::Asked,
    store::{
        seeds::{
            judgment_lists, query_sets,
            studies::{self, Link, NewStudy},
        },
        trials,
    },
};

/// Whom a seeded study belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owners {
    pub(super) cluster_id: Uuid,
    pub(super) template_id: Uuid,
    pub(super) query_set_id: Uuid,
    pub(super) judgment_list_id: Uuid,
}

impl Owners {
    /// Reads the four ids.
    pub(super) fn read(
        cluster_id: &str,
        template_id: &str,
        query_set_id: &str,
        judgment_list_id: &str,
        violations: &mut Violations,
    ) -> Self {
        Self {
            cluster_id: id::gather("cluster_id", cluster_id, violations),
            query_set_id: id::gather("query_set_id", query_set_id, violations),
            template_id: id::gather("template_id", template_id, violations),
            judgment_list_id: id::gather("judgment_list_id", judgment_list_id, violations),
        }
    }

    /// Asks the registry about cluster and template.
    ///
    /// # Errors
    /// One of them is unknown, or a dependency is away.
    pub(super) async fn resolve(self, app: &App) -> Result<Asked> {
        Asked::about(app, self.cluster_id, self.template_id).await
    }

    /// Makes query set and judgment list unless they are there.
    ///
    /// # Errors
    /// The judgment list is of another query set, or the database refused.
    pub(super) async fn ensure(self, tx: &Transaction<'_>, query_count: i32) -> Result<()> {
        let name = seed::name("queries", self.query_set_id);
        query_sets::ensure(tx, self.query_set_id, &name, query_count).await?;
        let name = seed::name("judgments", self.judgment_list_id);
        let query_set_id = judgment_lists::ensure(
            tx,
            self.judgment_list_id,
            self.query_set_id,
            self.template_id,
            &name,
        )
        .await?;
        if query_set_id == self.query_set_id {
            return Ok(());
        }
        Err(Error::invalid(
            "judgment_list_id",
            format!("must be of this query set, and is of {query_set_id}"),
        ))
    }

    /// Writes a study that is running.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn run(
        self,
        tx: &Transaction<'_>,
        id: Uuid,
        what: &str,
        link: Option<Link>,
        starts_at: Timestamp,
    ) -> Result<()> {
        let study = NewStudy {
            id,
            name: &seed::name(what, id),
            cluster_id: self.cluster_id,
            template_id: self.template_id,
            query_set_id: self.query_set_id,
            judgment_list_id: self.judgment_list_id,
            objective: &seed::objective(),
            link,
        };
        studies::queue(tx, &study).await?;
        require(studies::start(tx, id, starts_at).await?, id)
    }

    /// Writes a study that was queued, ran its trials, and is completed `now`; gives what came of it.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn complete(
        self,
        tx: &Transaction<'_>,
        id: Uuid,
        what: &str,
        link: Option<Link>,
        given: Given,
        now: Timestamp,
    ) -> Result<Outcome> {
        let ran = seed::trials(given, now);
        let starts_at = ran.first().and_then(|trial: &Trial| trial.started_at).unwrap_or(now);
        self.run(tx, id, what, link, starts_at).await?;
        trials::insert(tx, id, &ran).await?;
        let outcome = Outcome::of(&ran, &seed::objective());
        require(studies::complete(tx, id, outcome, now).await?, id)?;
        Ok(outcome)
    }
}

/// A transition whose guard does not hold in the transaction that made the row.
fn require(changed: bool, id: Uuid) -> Result<()> {
    if changed { Ok(()) } else { Err(Error::unreadable("studies.status", id.to_string())) }
}

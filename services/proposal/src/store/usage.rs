//! Which unfinished proposals need what the registry keeps.
//!
//! Unfinished is a proposal that is pending or opened, and any with a job that is not over.

use pullwright_pg::Row;
use uuid::Uuid;

use super::{Queries, Transaction};
use crate::{
    domain::{
        PullRequestState, Status,
        job::{Kind, push_lane},
        usage::{Dependent, Need},
    },
    error::{Error, Result},
};

/// The statement that finds the oldest unfinished proposal of some, and counts them.
macro_rules! oldest {
    ($condition:literal) => {
        concat!(
            "
        SELECT proposals.id, proposals.status, proposals.pr_state, live.kind AS job, count(*) OVER () AS needs
        FROM proposals
        LEFT JOIN (
            SELECT subject, min(kind) AS kind
            FROM jobs
            WHERE ended_at IS NULL
            GROUP BY subject
        ) AS live ON live.subject = proposals.id
        WHERE ",
            $condition,
            "
        ORDER BY proposals.id
        LIMIT 1"
        )
    };
}

/// The unfinished proposals of a cluster; none when nothing needs it.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn of_cluster(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Need>> {
    const SQL: &str = oldest!(
        "proposals.cluster_id = $1
          AND (proposals.status IN ('pending', 'pr_opened') OR live.subject IS NOT NULL)"
    );
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The unfinished proposals of a query template; none when nothing needs it.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn of_query_template(tx: &Transaction<'_>, id: Uuid) -> Result<Option<Need>> {
    const SQL: &str = oldest!(
        "proposals.template_id = $1
          AND (proposals.status IN ('pending', 'pr_opened') OR live.subject IS NOT NULL)"
    );
    tx.query_opt(SQL, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The unfinished proposals that write to a config repository, or would when they are opened next; `wired` are the clusters that
/// are wired to it now. None when nothing needs it.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn of_config_repo(
    tx: &Transaction<'_>,
    id: Uuid,
    wired: &[Uuid],
) -> Result<Option<Need>> {
    const SQL: &str = oldest!(
        "proposals.status IN ('pending', 'pr_opened')
          AND (
              proposals.cluster_id = ANY($2)
              OR EXISTS (
                  SELECT FROM generations
                  WHERE generations.proposal_id = proposals.id
                    AND generations.number = proposals.generation
                    AND generations.repository_id = $1
                    AND (
                        generations.pr_number IS NOT NULL
                        OR EXISTS (
                            SELECT FROM announcements
                            WHERE announcements.proposal_id = proposals.id
                              AND announcements.generation = proposals.generation
                        )
                    )
              )
          )
          OR proposals.id IN (
              SELECT subject
              FROM jobs
              WHERE lane = $3 AND ended_at IS NULL
          )"
    );
    let row = tx.query_opt(SQL, &[&id, &wired, &push_lane(id)]).await?;
    row.as_ref().map(from_row).transpose()
}

/// What depends on a query template, the first of a study, a proposal, a judgment list; none when nothing does.
///
/// # Errors
/// The database refused.
pub async fn dependent_of_query_template(
    client: &impl Queries,
    id: Uuid,
) -> Result<Option<Dependent>> {
    const SQL: &str = "
        SELECT EXISTS (SELECT FROM studies WHERE template_id = $1) AS study,
               EXISTS (SELECT FROM proposals WHERE template_id = $1) AS proposal,
               EXISTS (SELECT FROM judgment_lists WHERE template_id = $1) AS judgment_list";
    let row = client.query_one(SQL, &[&id]).await?;
    let dependents = [
        ("study", Dependent::StudyOfQueryTemplate),
        ("proposal", Dependent::ProposalOfQueryTemplate),
        ("judgment_list", Dependent::JudgmentListOfQueryTemplate),
    ];
    Ok(first(&row, dependents))
}

/// The first of these columns that is true.
pub(super) fn first(
    row: &Row,
    columns: impl IntoIterator<Item = (&'static str, Dependent)>,
) -> Option<Dependent> {
    columns.into_iter().find(|(column, _)| row.get(column)).map(|(_, dependent)| dependent)
}

fn from_row(row: &Row) -> Result<Need> {
    let status: &str = row.get("status");
    let pr_state: Option<&str> = row.get("pr_state");
    let job: Option<&str> = row.get("job");
    Ok(Need {
        proposal_id: row.get("id"),
        status: Status::parse(status)
            .ok_or_else(|| Error::unreadable("proposals.status", status))?,
        pull_request: pr_state
            .map(|state| {
                PullRequestState::parse(state)
                    .ok_or_else(|| Error::unreadable("proposals.pr_state", state))
            })
            .transpose()?,
        job: job
            .map(|kind| Kind::parse(kind).ok_or_else(|| Error::unreadable("jobs.kind", kind)))
            .transpose()?,
        count: row.get("needs"),
    })
}

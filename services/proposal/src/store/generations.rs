//! The journal: generations with their frozen targets, announcements and pull requests. What is announced only grows.

use pullwright_pg::{Queries, Row, Transaction};
use uuid::Uuid;

use crate::{
    domain::{
        Generation, PullRequest, PullRequestState,
        generation::{Expected, Target},
    },
    error::{Error, Result},
};

/// One generation of a proposal.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn get(
    client: &impl Queries,
    proposal_id: Uuid,
    number: i32,
) -> Result<Option<Generation>> {
    const SQL: &str = "
        SELECT *
        FROM generations
        WHERE proposal_id = $1 AND number = $2";
    client.query_opt(SQL, &[&proposal_id, &number]).await?.as_ref().map(from_row).transpose()
}

/// Writes a generation or freezes it anew, without what is learned of its pull request later.
///
/// The caller holds the proposal's lock and has made sure that nothing of an existing one was announced.
///
/// # Errors
/// The database refused.
pub async fn freeze(tx: &Transaction<'_>, generation: &Generation) -> Result<()> {
    const SQL: &str = "
        INSERT INTO generations (proposal_id, number, repository_id, host, owner, name, base_branch, config_path,
                                 declared_params_json, config_diff_sha256, author_name, author_email, brand, branch,
                                 started_at, expected_base_oid, expected_patch_sha256)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (proposal_id, number) DO UPDATE
        SET repository_id = excluded.repository_id,
            host = excluded.host,
            owner = excluded.owner,
            name = excluded.name,
            base_branch = excluded.base_branch,
            config_path = excluded.config_path,
            declared_params_json = excluded.declared_params_json,
            config_diff_sha256 = excluded.config_diff_sha256,
            author_name = excluded.author_name,
            author_email = excluded.author_email,
            brand = excluded.brand,
            branch = excluded.branch,
            started_at = excluded.started_at,
            expected_base_oid = excluded.expected_base_oid,
            expected_patch_sha256 = excluded.expected_patch_sha256";
    let (target, expected) = (&generation.target, &generation.expected);
    tx.execute(
        SQL,
        &[
            &generation.proposal_id,
            &generation.number,
            &target.repository_id,
            &target.host,
            &target.owner,
            &target.name,
            &target.base_branch,
            &target.config_path,
            &target.declared_params_json,
            &generation.config_diff_sha256,
            &generation.author_name,
            &generation.author_email,
            &generation.brand,
            &generation.branch,
            &generation.started_at,
            &expected.base_oid,
            &expected.patch_sha256,
        ],
    )
    .await?;
    Ok(())
}

/// Writes what is expected of a generation anew; the caller has made sure that nothing of it was announced.
///
/// # Errors
/// The database refused.
pub async fn expect(
    tx: &Transaction<'_>,
    generation: &Generation,
    expected: &Expected,
) -> Result<()> {
    const SQL: &str = "
        UPDATE generations
        SET expected_base_oid = $3, expected_patch_sha256 = $4
        WHERE proposal_id = $1 AND number = $2";
    let Expected { base_oid, patch_sha256 } = expected;
    tx.execute(SQL, &[&generation.proposal_id, &generation.number, base_oid, patch_sha256]).await?;
    Ok(())
}

/// Writes down which patch was opened.
///
/// # Errors
/// The database refused.
pub async fn note_patch(tx: &Transaction<'_>, generation: &Generation, sha256: &str) -> Result<()> {
    const SQL: &str = "
        UPDATE generations
        SET patch_sha256 = $3
        WHERE proposal_id = $1 AND number = $2";
    tx.execute(SQL, &[&generation.proposal_id, &generation.number, &sha256]).await?;
    Ok(())
}

/// Whether anything was announced for a generation, or a pull request of it is known: from then on its target stays.
///
/// # Errors
/// The database refused.
pub async fn has_begun(client: &impl Queries, proposal_id: Uuid, number: i32) -> Result<bool> {
    const SQL: &str = "
        SELECT EXISTS (
                   SELECT FROM announcements
                   WHERE proposal_id = $1 AND generation = $2
               )
            OR EXISTS (
                   SELECT FROM generations
                   WHERE proposal_id = $1 AND number = $2 AND pr_number IS NOT NULL
               ) AS has_begun";
    Ok(client.query_one(SQL, &[&proposal_id, &number]).await?.get("has_begun"))
}

/// Whether anything of a proposal was ever announced, or a pull request of it is known, in whichever generation.
///
/// # Errors
/// The database refused.
pub async fn has_ever_begun(client: &impl Queries, proposal_id: Uuid) -> Result<bool> {
    const SQL: &str = "
        SELECT EXISTS (
                   SELECT FROM announcements
                   WHERE proposal_id = $1
               )
            OR EXISTS (
                   SELECT FROM generations
                   WHERE proposal_id = $1 AND pr_number IS NOT NULL
               ) AS has_begun";
    Ok(client.query_one(SQL, &[&proposal_id]).await?.get("has_begun"))
}

/// The number of a proposal's pull request that is open as far as is known, the newest generation's; none when none is.
///
/// # Errors
/// The database refused.
pub async fn open_pull_request(client: &impl Queries, proposal_id: Uuid) -> Result<Option<i64>> {
    const SQL: &str = "
        SELECT pr_number
        FROM generations
        WHERE proposal_id = $1 AND pr_state = 'open'
        ORDER BY number DESC
        LIMIT 1";
    Ok(client.query_opt(SQL, &[&proposal_id]).await?.map(|row| row.get("pr_number")))
}

/// Reads a row with all columns of `generations`.
///
/// # Errors
/// A column holds a word that the ledger does not know.
pub fn from_row(row: &Row) -> Result<Generation> {
    Ok(Generation {
        proposal_id: row.get("proposal_id"),
        number: row.get("number"),
        target: Target {
            repository_id: row.get("repository_id"),
            host: row.get("host"),
            owner: row.get("owner"),
            name: row.get("name"),
            base_branch: row.get("base_branch"),
            config_path: row.get("config_path"),
            declared_params_json: row.get("declared_params_json"),
        },
        config_diff_sha256: row.get("config_diff_sha256"),
        author_name: row.get("author_name"),
        author_email: row.get("author_email"),
        brand: row.get("brand"),
        branch: row.get("branch"),
        started_at: row.get("started_at"),
        expected: Expected {
            base_oid: row.get("expected_base_oid"),
            patch_sha256: row.get("expected_patch_sha256"),
        },
        patch_sha256: row.get("patch_sha256"),
        pull_request: pull_request(row)?,
    })
}

fn pull_request(row: &Row) -> Result<Option<PullRequest>> {
    let text = |column: &str| row.get::<_, Option<String>>(column).unwrap_or_default();
    let Some(number) = row.get::<_, Option<i64>>("pr_number") else { return Ok(None) };
    let state = text("pr_state");
    Ok(Some(PullRequest {
        number,
        node_id: text("pr_node_id"),
        url: text("pr_url"),
        state: PullRequestState::parse(&state)
            .ok_or_else(|| Error::unreadable("generations.pr_state", &state))?,
        head_oid: text("head_oid"),
        base_oid: text("base_oid"),
        merged_at: row.get("pr_merged_at"),
        updated_at: row.get("pr_updated_at"),
    }))
}

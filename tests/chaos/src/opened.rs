//! Proposals with pull requests that are open already, written into the ledger as it would have: for loads that opening one by one would
//! take minutes to make.

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use pullwright_forge::Pull;
use pullwright_harness::Wired;
use pullwright_pg::{Pool, Queries as _};
use uuid::Uuid;

/// A pull request as GitHub opened it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its number.
    pub number: i64,
    /// Its global id.
    pub node_id: String,
    /// Its page.
    pub url: String,
    /// Its branch.
    pub branch: String,
    /// Its head commit.
    pub head_oid: String,
    /// The base commit.
    pub base_oid: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Opened {
    /// A pull request of the forge.
    ///
    /// # Errors
    /// Its number does not fit.
    pub fn of(pull: &Pull) -> anyhow::Result<Self> {
        Ok(Self {
            number: i64::try_from(pull.number)?,
            node_id: format!("PR_{}", BASE64_URL_SAFE_NO_PAD.encode(pull.id.to_be_bytes())),
            url: pull.html_url.clone(),
            branch: pull.head_ref.clone(),
            head_oid: pull.head_sha.clone(),
            base_oid: pull.base_sha.clone(),
            updated_at: pull.updated_at,
        })
    }
}

/// Writes a proposal for each of these pull requests of a repository on `host`; returns their ids in the same order.
///
/// # Errors
/// The database refused, or the repository's ids are none.
pub async fn write(
    pool: &Pool,
    wired: &Wired,
    host: &str,
    pulls: &[Opened],
) -> anyhow::Result<Vec<Uuid>> {
    const SQL: &str = include_str!("opened.sql");
    let ids: Vec<Uuid> = pulls.iter().map(|_| Uuid::now_v7()).collect();
    let (owner, name) = wired.repository.split_once('/').context("owner/name")?;
    let id = |text: &str| Uuid::parse_str(text).context("an id");
    let texts = |of: fn(&Opened) -> &str| pulls.iter().map(of).collect::<Vec<_>>();
    let client = pool.client().await?;
    client
        .execute(
            SQL,
            &[
                &ids,
                &pulls.iter().map(|pull| pull.number).collect::<Vec<_>>(),
                &texts(|pull| &pull.node_id),
                &texts(|pull| &pull.url),
                &texts(|pull| &pull.branch),
                &texts(|pull| &pull.head_oid),
                &texts(|pull| &pull.base_oid),
                &pulls.iter().map(|pull| pull.updated_at).collect::<Vec<_>>(),
                &id(&wired.config_repo_id)?,
                &id(&wired.cluster_id)?,
                &id(&wired.template_id)?,
                &host,
                &owner,
                &name,
            ],
        )
        .await
        .context("write proposals")?;
    Ok(ids)
}

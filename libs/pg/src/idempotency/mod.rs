//! A call that is repeated with its request id is answered as it was the first time, and done once (AIP-155).
//!
//! The claim, the work and the kept answer are one transaction: what is rolled back was never asked. It does not know what a
//! request says, who a caller is, or how a refusal looks on the wire. Each service makes the table in a migration of its own:
//! see [`TABLE`].

mod call;
mod error;
mod store;

use sha2::{Digest as _, Sha256};

use crate::{Result, Transaction};

pub use call::Call;
pub use error::ClaimError;

/// The table's definition, for a service's migration; [`RETENTION_HOURS`] is how long a row counts.
pub const TABLE: &str = include_str!("table.sql");

/// How long an answer is kept, hours from the begin of the transaction that gave it.
pub const RETENTION_HOURS: i32 = 24;

/// What a claim found.
#[derive(Debug)]
pub enum Claim {
    /// Nobody asked this before: do the work, then [`Keep::keep`] its answer, then commit.
    New(Keep),
    /// The same call was answered before; this is the answer, as it was kept.
    Answered(Vec<u8>),
}

/// The right to keep the answer of a call that was claimed; it ends with the transaction.
#[derive(Debug)]
#[must_use = "an answer that is not kept is worked out again when the call is repeated"]
pub struct Keep(Option<store::Entry>);

/// Claims `call` until the end of `tx`, which must be READ COMMITTED and should have locked nothing yet.
///
/// A call without a request id is always new, and keeps nothing.
///
/// # Errors
/// The request id is malformed, was used with another method or content, or belongs to a call that is not over yet.
pub async fn claim(tx: &Transaction<'_>, call: &Call<'_>) -> Result<Claim, ClaimError> {
    if call.request_id.is_empty() {
        return Ok(Claim::New(Keep(None)));
    }
    let entry = call.entry()?;
    if !store::lock(tx, &entry).await? {
        return Err(ClaimError::InUse);
    }
    // A statement after the lock's: it sees what the holder before us has committed.
    match store::find(tx, &entry).await? {
        None => Ok(Claim::New(Keep(Some(entry)))),
        Some(found) if found.request_sha256 == entry.request_sha256 => {
            Ok(Claim::Answered(found.response))
        }
        Some(_) => Err(ClaimError::Reused),
    }
}

impl Keep {
    /// Keeps the answer in the transaction that the call was claimed in, as its last statement, and removes a few expired ones.
    ///
    /// # Errors
    /// The database is away.
    pub async fn keep(self, tx: &Transaction<'_>, response: &[u8]) -> Result<()> {
        match self.0 {
            Some(entry) => store::insert(tx, &entry, response).await,
            None => Ok(()),
        }
    }
}

fn sha256(parts: [&[u8]; 2]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts[0]);
    hash.update([0]);
    hash.update(parts[1]);
    hash.finalize().into()
}

//! What a check of a config repository found.

use jiff::Timestamp;
use pullwright_proto::runner as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, time};

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CheckOutcome)]
enum Outcome {
    Pass,
    Fail,
    /// Not looked at, because a check before it failed.
    Skipped,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckLine)]
struct Line {
    /// What was looked at: `credential`, `permissions`, `expiry`, `base_branch`, `protection`, `config_path` or `params_file`.
    check: String,
    /// Of what: a branch, a cluster, a file.
    subject: Option<String>,
    outcome: Outcome,
    /// What was found.
    message: String,
    /// What to do about it; null unless it failed.
    remedy: Option<String>,
}

/// All that a pull request would need, looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConfigRepoCheck)]
pub(crate) struct Check {
    /// Whether nothing failed.
    ok: bool,
    /// Until when the credential works; null when GitHub does not say.
    credential_expires_at: Option<Timestamp>,
    /// In the order in which a pull request would need them.
    lines: Vec<Line>,
}

impl TryFrom<v1::CheckConfigRepoResponse> for Check {
    type Error = OffContract;

    fn try_from(check: v1::CheckConfigRepoResponse) -> Result<Self> {
        let expires = check.credential_expires_at;
        Ok(Self {
            ok: check.ok,
            credential_expires_at: time::optional("check.credential_expires_at", expires)?,
            lines: check.lines.into_iter().map(line).collect::<Result<_>>()?,
        })
    }
}

fn line(line: v1::CheckLine) -> Result<Line> {
    let outcome = match line.outcome() {
        v1::CheckOutcome::Unspecified => return Err(OffContract("check.lines.outcome")),
        v1::CheckOutcome::Pass => Outcome::Pass,
        v1::CheckOutcome::Fail => Outcome::Fail,
        v1::CheckOutcome::Skipped => Outcome::Skipped,
    };
    Ok(Line {
        check: line.check,
        subject: filled(line.subject),
        outcome,
        message: line.message,
        remedy: filled(line.remedy),
    })
}

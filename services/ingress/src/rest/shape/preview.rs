//! What would be opened now.

use pullwright_proto::runner as v1;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, raw};

/// A parameter whose value in the file is not the one that the diff expects; it stops nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewDrift)]
struct Drift {
    key: String,
    #[schema(value_type = serde_json::Value)]
    expected: Box<RawValue>,
    /// What the file has; null when it has nothing.
    #[schema(value_type = serde_json::Value)]
    found: Option<Box<RawValue>>,
}

/// Exactly what would be opened now; nothing was written anywhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// The unified diff of the params file.
    patch: String,
    /// For `expected_patch_sha256` of `open_pr`.
    patch_sha256: String,
    config_diff_sha256: String,
    /// The branch that the pull request would ask to be merged into.
    base_branch: String,
    /// Its tip, for `expected_base_oid` of `open_pr`.
    base_oid: String,
    tree_oid: String,
    /// The branch that would be pushed.
    branch: String,
    title: String,
    body: String,
    /// The file that would be edited.
    params_path: String,
    /// The chart that would be added.
    chart_path: Option<String>,
    drifts: Vec<Drift>,
}

impl TryFrom<v1::PreviewPullRequestResponse> for Preview {
    type Error = OffContract;

    fn try_from(preview: v1::PreviewPullRequestResponse) -> Result<Self> {
        Ok(Self {
            patch: preview.patch,
            patch_sha256: preview.patch_sha256,
            config_diff_sha256: preview.config_diff_sha256,
            base_branch: preview.base_branch,
            base_oid: preview.base_oid,
            tree_oid: preview.tree_oid,
            branch: preview.branch,
            title: preview.title,
            body: preview.body,
            params_path: preview.params_path,
            chart_path: filled(preview.chart_path),
            drifts: preview.drifts.into_iter().map(drift).collect::<Result<_>>()?,
        })
    }
}

fn drift(drift: v1::PreviewDrift) -> Result<Drift> {
    let found = filled(drift.found_json);
    Ok(Drift {
        key: drift.key,
        expected: raw::value("preview.drifts.expected_json", drift.expected_json)?,
        found: found.map(|text| raw::value("preview.drifts.found_json", text)).transpose()?,
    })
}

//! Shows what would be opened: asks the ledger what the job would be, does all of it that stays on this machine, and answers.

use pullwright_proto::{
    job::Drift,
    runner::{PreviewDrift, PreviewPullRequestRequest, PreviewPullRequestResponse},
};
use uuid::Uuid;

use crate::{
    App,
    jobs::{self, Look},
    rpc::Error,
    steps::Steps,
    text,
};

pub(super) async fn preview_pull_request(
    app: &App,
    request: PreviewPullRequestRequest,
) -> Result<PreviewPullRequestResponse, Error> {
    let proposal_id: Uuid = request
        .proposal_id
        .parse()
        .map_err(|_| Error::invalid("proposal_id", "must be a proposal's id, a UUID"))?;
    app.questions.ask(answer(app, proposal_id)).await
}

async fn answer(app: &App, proposal_id: Uuid) -> Result<PreviewPullRequestResponse, Error> {
    let spec = app.ledger.plan(&proposal_id.to_string()).await.map_err(Error::Refused)?;
    let branch = spec.branch.clone();
    let hash = spec.proposal.as_ref().map(|proposal| proposal.config_diff_sha256.clone());
    let steps = Steps::default();
    let preview = jobs::preview(&Look { app, steps: &steps }, spec)
        .await
        .map_err(|error| Error::would_end(&error, &app.redactor))?;
    tracing::info!(
        proposal_id = %proposal_id,
        base = %preview.base,
        patch_sha256 = preview.patch_sha256,
        "previewed what would be opened"
    );
    Ok(PreviewPullRequestResponse {
        // A credential in the file is in the repository already, and still goes no further through us.
        patch: app.redactor.redact(&preview.patch).into_owned(),
        patch_sha256: preview.patch_sha256,
        config_diff_sha256: hash.unwrap_or_default(),
        base_branch: preview.base_branch,
        base_oid: preview.base.to_string(),
        tree_oid: preview.tree.to_string(),
        branch,
        title: preview.title,
        body: preview.body,
        params_path: preview.params_path,
        chart_path: preview.chart_path,
        drifts: text::redacted_drifts(&preview.drifts, &app.redactor)
            .into_iter()
            .map(drift)
            .collect(),
    })
}

fn drift(drift: Drift) -> PreviewDrift {
    PreviewDrift {
        key: drift.key,
        expected_json: drift.expected_json,
        found_json: drift.found_json,
    }
}

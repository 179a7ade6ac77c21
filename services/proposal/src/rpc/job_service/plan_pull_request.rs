//! `PlanPullRequest`.

use pullwright_pg::IsolationLevel;
use pullwright_proto::job as v1;

use super::spec;
use crate::{
    App,
    convert::{id, job},
    domain::{Detail, Generation, Status, generation::Expected},
    error::{Error, Result},
    rpc::opening::{self, Plan, Progress},
    store::{details, journal, studies},
};

/// What an open job would be given now; writes nothing.
///
/// # Errors
/// What `OpenPullRequest` refuses, in its order.
pub(super) async fn plan_pull_request(
    app: &App,
    request: v1::PlanPullRequestRequest,
) -> Result<v1::PlanPullRequestResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let target = opening::preflight(app, id).await?;

    let mut client = app.db.client().await?;
    // All that is answered is of one moment.
    let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
    let mut detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    opening::require_openable(&detail.proposal)?;
    let Plan { generation, progress } =
        opening::plan(app, &tx, &detail.proposal, target, Expected::default()).await?;
    if progress == Progress::New {
        send(&mut detail, &generation);
    }
    let key = (id, generation.number);
    let announced = journal::announcements(&tx, &[id]).await?.remove(&key).unwrap_or_default();
    let announced = announced.into_iter().map(job::announcement).collect();
    let context = match detail.proposal.study_id {
        Some(study_id) => studies::context_for_pull_request(&tx, study_id).await?,
        None => None,
    };
    let texts = app.settings.query_texts;
    let spec = spec::open_pull_request(detail, &generation, announced, context, texts);
    Ok(v1::PlanPullRequestResponse { open_pull_request: Some(spec) })
}

/// The proposal as its job would see it: asked for a moment ago.
fn send(detail: &mut Detail, generation: &Generation) {
    detail.proposal.status = Status::Pending;
    (detail.proposal.pr_state, detail.proposal.pr_url, detail.proposal.pr_number) =
        Default::default();
    detail.proposal.generation = generation.number;
    detail.proposal.config_repo_id = Some(generation.target.repository_id);
    detail.proposal.pr_open_error = None;
    detail.branch = Some(generation.branch.clone());
    detail.expected = generation.expected.clone();
    detail.patch_sha256 = None;
    detail.is_opening = true;
}

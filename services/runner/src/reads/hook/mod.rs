//! Sees to it that a repository has one hook of ours, and that it is as it must be: created when there is none, repaired when it was
//! changed or its secret was. What stands in the way is told with what to do about it.

mod act;
mod remedy;

use pullwright_proto::{
    job::{RegisterWebhookSpec, WebhookRegistered, complete_job_request::Outcome},
    registry::ReportWebhookRequest,
};

use super::{Reading, failure, site::Site};
use crate::error::JobError;

/// The events that something here is made of.
const EVENTS: [&str; 2] = ["pull_request", "repository"];
/// The longest text that the registry keeps, characters.
const LONGEST: usize = 1_000;

/// Looks at the hooks, mends ours, and tells registry and ledger.
pub(super) async fn run(
    reading: &Reading<'_>,
    spec: &RegisterWebhookSpec,
) -> Result<Outcome, JobError> {
    let mut site = None;
    let mut registered = WebhookRegistered {
        webhook_id: spec.webhook_id,
        secret_version: spec.secret_version.clone(),
        ..WebhookRegistered::default()
    };
    let mut problem = String::new();
    match register(reading, spec, &mut site).await {
        Ok(done) => {
            registered.webhook_id = done.webhook_id;
            registered.secret_version = done.secret_version;
            registered.set_action(done.action);
            problem = done.remark;
        }
        Err(error) => {
            let failure = failure::told(reading.app, error)?;
            problem.clone_from(&failure.message);
            registered.failure = Some(failure);
        }
    }
    let repository = spec.repository.as_ref().map(|one| one.repository_id.clone());
    let report = ReportWebhookRequest {
        repository_id: repository.unwrap_or_default(),
        webhook_id: registered.webhook_id,
        secret_version: registered.secret_version.clone(),
        error: failure::shown(reading.app, &problem, LONGEST),
    };
    let told = reading.app.registry.report_webhook(report);
    reading.steps.time("report_webhook", told).await?;
    Ok(Outcome::WebhookRegistered(registered))
}

async fn register(
    reading: &Reading<'_>,
    spec: &RegisterWebhookSpec,
    site: &mut Option<Site>,
) -> Result<act::Done, JobError> {
    let url = reading.app.settings.webhook_url.as_deref().ok_or(JobError::NoWebhookUrl)?;
    let site = site.insert(Site::find(reading, spec.repository.as_ref()).await?);
    let secret = reading.app.keyring.hook_secret(&site.id);
    let secret = reading.steps.time("get_hook_secret", secret).await?;
    act::ensure(reading, site, spec, url, &secret).await
}

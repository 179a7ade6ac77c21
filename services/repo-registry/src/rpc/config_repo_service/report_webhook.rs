//! Keeps how a runner found a repository's hook.

use pullwright_proto::registry::{ReportWebhookRequest, ReportWebhookResponse};

use crate::{
    App, Error, convert,
    domain::Check,
    error::Result,
    store::config_repos::{self, Hook},
};

/// The longest version of a secret, in bytes; ours are shorter.
const LONGEST_VERSION: usize = 256;
/// The longest error that is kept, in characters.
const LONGEST_ERROR: usize = 1_000;

/// Writes what a runner found; the config repository's etag stays, since nobody decided anything.
///
/// # Errors
/// A field is malformed, or there is no such config repository.
pub(super) async fn report_webhook(
    app: &App,
    request: ReportWebhookRequest,
) -> Result<ReportWebhookResponse> {
    let missing = || Error::no_config_repo(&request.repository_id);
    let id = convert::id(&request.repository_id).ok_or_else(missing)?;
    let mut check = Check::default();
    check.that(request.webhook_id >= 0, "webhook_id", "must be GitHub's id of the hook, or 0");
    check.that(
        request.secret_version.len() <= LONGEST_VERSION && !request.secret_version.contains('\0'),
        "secret_version",
        "must be what GetHookSecret gave",
    );
    check.done()?;
    // Redacted before it is cut: half a secret would not be found.
    let error = app.secrets.redact(&request.error).replace('\0', " ");
    let hook = Hook {
        id: (request.webhook_id > 0).then_some(request.webhook_id),
        secret_version: convert::optional(request.secret_version.clone()),
        error: convert::optional(error.chars().take(LONGEST_ERROR).collect()),
    };
    if !config_repos::report_webhook(&app.db.client().await?, id, &hook).await? {
        return Err(missing());
    }
    Ok(ReportWebhookResponse {})
}

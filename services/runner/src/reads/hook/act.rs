//! Which hook is ours, and what has to be done with it.

use pullwright_github::{Effect, GithubError, Hook, HookContent};
use pullwright_proto::job::{RegisterWebhookSpec, WebhookAction};

use super::{EVENTS, remedy};
use crate::{
    error::JobError,
    keyring::HookSecret,
    reads::{Reading, site::Site},
};

/// The hook as it is now.
pub(super) struct Done {
    pub(super) webhook_id: i64,
    pub(super) secret_version: String,
    pub(super) action: WebhookAction,
    /// What somebody should know although all is well.
    pub(super) remark: String,
}

/// Looks, and mends at most once; after an outcome that nobody knows it looks once more.
pub(super) async fn ensure(
    reading: &Reading<'_>,
    site: &mut Site,
    spec: &RegisterWebhookSpec,
    url: &str,
    secret: &HookSecret,
) -> Result<Done, JobError> {
    let content = HookContent { url, events: &EVENTS, secret: &secret.value };
    let mut was_there = None;
    for is_last in [false, true] {
        let hooks = list(reading, site).await?;
        // Nothing but a read is sent on by GitHub: a repository that was renamed is written to under its new name.
        site.settle(reading, None).await?;
        let ours = pick(&hooks, url, spec.webhook_id);
        let existed = *was_there.get_or_insert(ours.is_some());
        let has_secret = existed && spec.secret_version == secret.version;
        let is_known = ours.is_some_and(|hook| hook.id == spec.webhook_id);
        if let Some(hook) = ours.filter(|hook| is_known && has_secret && content.is_met_by(hook)) {
            return Ok(done(hook.id, &hooks, url, secret, WebhookAction::Unchanged));
        }
        if !is_known {
            // Ids of hooks are used once: one that is known tells that this is the repository that was registered.
            site.identify(reading).await?;
        }
        reading.ensure().await?;
        let api = site.api(reading.app);
        let written = match ours {
            Some(hook) => {
                reading.steps.time("update_hook", api.hooks().update(hook.id, content)).await
            }
            None => reading.steps.time("create_hook", api.hooks().create(content)).await,
        };
        match written {
            Ok(hook) => {
                let action = if existed { WebhookAction::Repaired } else { WebhookAction::Created };
                tracing::info!(repository.name = %site.name, hook.id = hook.id, action = action.as_str_name(), "mended the hook");
                return Ok(done(hook.id, &hooks, url, secret, action));
            }
            Err(error) if !is_last && is_open(&error) => {
                tracing::warn!(error = %error, "looking at the hooks again");
            }
            Err(error) => return Err(remedy::of(site, url, error)),
        }
    }
    Err(JobError::Unsettled { what: "hook" })
}

async fn list(reading: &Reading<'_>, site: &Site) -> Result<Vec<Hook>, JobError> {
    let api = site.api(reading.app);
    let listed = reading.steps.time("list_hooks", api.hooks().list()).await;
    listed.map_err(|error| remedy::of(site, "", error))
}

/// The hook with our address, the one that was registered last before others; else the registered one, whatever became of it.
fn pick<'h>(hooks: &'h [Hook], url: &str, registered: i64) -> Option<&'h Hook> {
    let with_url = || hooks.iter().filter(|hook| hook.url == url);
    with_url()
        .find(|hook| hook.id == registered)
        .or_else(|| with_url().min_by_key(|hook| hook.id))
        .or_else(|| hooks.iter().find(|hook| hook.id == registered))
}

/// Whether a look tells more: nobody knows what came of it, or somebody was faster (`Hook already exists on this repository`).
fn is_open(error: &GithubError) -> bool {
    let exists = |text: &String| text.to_ascii_lowercase().contains("hook already exists");
    match error {
        GithubError::Validation { message, errors, .. } => {
            exists(message) || errors.iter().any(exists)
        }
        // The hook was deleted between look and change.
        GithubError::NotFound { call } => call.to_string().starts_with("PATCH"),
        error => error.effect() == Effect::Unknown,
    }
}

fn done(id: i64, hooks: &[Hook], url: &str, secret: &HookSecret, action: WebhookAction) -> Done {
    // Who made them nobody can tell, so they are left; an event that comes twice is applied once.
    let others: Vec<String> = hooks
        .iter()
        .filter(|hook| hook.url == url && hook.id != id)
        .map(|hook| hook.id.to_string())
        .collect();
    let remark = match &others[..] {
        [] => String::new(),
        ids => format!(
            "our hook is {id}; the repository has further hooks to the same address ({}), so that events come more than once: delete them in the repository's settings under Webhooks",
            ids.join(", ")
        ),
    };
    Done { webhook_id: id, secret_version: secret.version.clone(), action, remark }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(id: i64, url: &str) -> Hook {
        Hook {
            id,
            url: url.to_owned(),
            is_active: true,
            events: Vec::new(),
            content_type: "json".to_owned(),
            is_insecure: false,
            has_secret: true,
        }
    }

    #[test]
    fn ours_is_the_one_with_our_address_and_else_the_one_that_was_registered() {
        let hooks = [hook(3, "us"), hook(2, "us"), hook(1, "them")];
        let id = |registered| pick(&hooks, "us", registered).map(|hook| hook.id);
        assert_eq!((id(3), id(2), id(1), id(0)), (Some(3), Some(2), Some(2), Some(2)));
        assert_eq!(pick(&hooks, "new", 3).map(|hook| hook.id), Some(3));
        assert_eq!(pick(&hooks, "new", 9), None);
    }
}

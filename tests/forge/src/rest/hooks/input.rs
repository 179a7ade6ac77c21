//! Reading what a request says of a hook. It does not know the hooks that there are.

use serde_json::{Value, json};

use super::super::answer::Input;
use super::super::error::ApiError;
use crate::world::HookFormat;

/// Events that a repository's hook can have, as GitHub lists them for an Enterprise Server; `*` is all of them.
const EVENTS: &[&str] = &[
    "*",
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "code_scanning_alert",
    "commit_comment",
    "create",
    "delete",
    "deploy_key",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "issue_comment",
    "issues",
    "label",
    "member",
    "meta",
    "milestone",
    "package",
    "page_build",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "registry_package",
    "release",
    "repository",
    "repository_import",
    "repository_ruleset",
    "repository_vulnerability_alert",
    "secret_scanning_alert",
    "secret_scanning_alert_location",
    "security_and_analysis",
    "star",
    "status",
    "team_add",
    "watch",
    "workflow_job",
    "workflow_run",
];

/// What a request says of where and how a hook sends.
#[derive(Debug, Default)]
pub(in crate::rest) struct ConfigInput {
    pub(in crate::rest) url: Option<String>,
    pub(in crate::rest) content_type: Option<HookFormat>,
    pub(in crate::rest) secret: Option<String>,
    pub(in crate::rest) insecure_ssl: Option<bool>,
}

impl ConfigInput {
    /// Reads a `config` object.
    pub(in crate::rest) fn read(input: &Input) -> Result<Self, ApiError> {
        let content_type = match input.text("content_type")?.as_deref() {
            None => None,
            Some("json") => Some(HookFormat::Json),
            Some("form") => Some(HookFormat::Form),
            Some(_) => return Err(invalid("Config content_type must be one of: json, form")),
        };
        let insecure_ssl = match input.raw("insecure_ssl") {
            Value::Null => None,
            Value::String(text) if text == "0" || text == "1" => Some(text == "1"),
            Value::Number(number) if *number == 0.into() => Some(false),
            Value::Number(number) if *number == 1.into() => Some(true),
            other => return Err(ApiError::wrong_type("insecure_ssl", other, "flag")),
        };
        let secret = input.text("secret")?.filter(|secret| !secret.is_empty());
        Ok(Self { url: input.text("url")?, content_type, secret, insecure_ssl })
    }
}

/// Reads a list of events; each must be one that GitHub has.
pub(super) fn events(input: &Input, name: &str) -> Result<Option<Vec<String>>, ApiError> {
    let events = input.texts(name)?;
    let unknown: Vec<&String> =
        events.iter().flatten().filter(|event| !EVENTS.contains(&event.as_str())).collect();
    if unknown.is_empty() {
        return Ok(events);
    }
    Err(invalid(format!("These events are not allowed for this hook: {unknown:?}")))
}

/// 422 for a hook that says not where to send to.
pub(super) fn no_url() -> ApiError {
    invalid("Config must contain URL for webhooks")
}

/// 422 with a sentence about the hook.
pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    let error = json!({ "resource": "Hook", "code": "custom", "message": message.into() });
    ApiError::validation(vec![error]).page("/repos/webhooks")
}

/// Turns a URL that the forge cannot send to into GitHub's refusal.
pub(super) fn check_url(url: &str) -> Result<(), ApiError> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err(invalid("url is not supported because it isn't reachable over the public Internet"))
}

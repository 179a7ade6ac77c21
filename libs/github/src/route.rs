//! The calls that are made: method, path as GitHub's documentation writes it, and the name of the span.

use std::fmt;

use reqwest::Method;
use tracing::{Span, info_span};

use crate::Effect;

/// One endpoint of the API.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) span: fn() -> Span,
}

impl Route {
    /// Whether the call changes nothing. What is asked in GraphQL are queries only, and they are sent by POST.
    fn is_read(&self) -> bool {
        self.method == Method::GET || self.template == "/graphql"
    }
}

macro_rules! routes {
    ($($ident:ident = $name:literal $method:ident $template:literal;)*) => {
        $(pub(crate) static $ident: Route = Route {
            method: Method::$method,
            template: $template,
            span: || info_span!(concat!("github.", $name)),
        };)*
    };
}

routes! {
    GET_REPOSITORY = "get_repository" GET "/repos/{owner}/{repo}";
    GET_BRANCH = "get_branch" GET "/repos/{owner}/{repo}/branches/{branch}";
    LIST_PULLS = "list_pulls" GET "/repos/{owner}/{repo}/pulls";
    CREATE_PULL = "create_pull" POST "/repos/{owner}/{repo}/pulls";
    GET_PULL = "get_pull" GET "/repos/{owner}/{repo}/pulls/{pull_number}";
    UPDATE_PULL = "update_pull" PATCH "/repos/{owner}/{repo}/pulls/{pull_number}";
    LIST_COMMENTS = "list_comments" GET "/repos/{owner}/{repo}/issues/{issue_number}/comments";
    CREATE_COMMENT = "create_comment" POST "/repos/{owner}/{repo}/issues/{issue_number}/comments";
    DELETE_COMMENT = "delete_comment" DELETE "/repos/{owner}/{repo}/issues/comments/{comment_id}";
    UPDATE_COMMENT = "update_comment" PATCH "/repos/{owner}/{repo}/issues/comments/{comment_id}";
    LIST_REFS = "list_refs" GET "/repos/{owner}/{repo}/git/matching-refs/{ref}";
    LIST_HOOKS = "list_hooks" GET "/repos/{owner}/{repo}/hooks";
    CREATE_HOOK = "create_hook" POST "/repos/{owner}/{repo}/hooks";
    GET_HOOK = "get_hook" GET "/repos/{owner}/{repo}/hooks/{hook_id}";
    UPDATE_HOOK = "update_hook" PATCH "/repos/{owner}/{repo}/hooks/{hook_id}";
    LIST_DELIVERIES = "list_deliveries" GET "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries";
    REDELIVER = "redeliver" POST "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts";
    LIST_APP_DELIVERIES = "list_app_deliveries" GET "/app/hook/deliveries";
    REDELIVER_APP = "redeliver_app" POST "/app/hook/deliveries/{delivery_id}/attempts";
    QUERY_PULLS = "query_pulls" POST "/graphql";
}

/// Which call failed; shown as method and path, the path without its values.
#[derive(Clone, Copy)]
pub struct Call(pub(crate) &'static Route);

impl Call {
    /// Whether the call changes nothing.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.0.is_read()
    }

    /// The effect of a request that was sent and not answered for certain.
    pub(crate) fn unanswered(self) -> Effect {
        if self.is_read() { Effect::None } else { Effect::Unknown }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.method, self.0.template)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

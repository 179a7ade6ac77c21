//! Names of routes, by which requests are logged and counted and faults are aimed. Pure; it does not know handlers.

use http::Method;

/// Name of every call of the control API.
pub(crate) const CONTROL: &str = "control";

/// Names the route of a request.
pub(crate) fn name(method: &Method, path: &str, query: &str) -> &'static str {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["_control", ..] => CONTROL,
        ["api", "graphql"] => "graphql",
        ["api", "v3", "app", rest @ ..] => app_name(method, rest),
        ["api", "v3", rest @ ..] => rest_name(method, rest),
        ["meta"] => "meta",
        [_, _, "info", "refs"] if query.contains("git-receive-pack") => {
            "git.info-refs.receive-pack"
        }
        [_, _, "info", "refs"] => "git.info-refs.upload-pack",
        [_, _, "git-upload-pack"] => "git.upload-pack",
        [_, _, "git-receive-pack"] => "git.receive-pack",
        [_, _, "pull", _] => "web.pull",
        _ => "web",
    }
}

fn rest_name(method: &Method, parts: &[&str]) -> &'static str {
    let rest = match parts {
        ["repos", _, _, rest @ ..] | ["repositories", _, rest @ ..] => rest,
        ["meta"] => return "meta",
        ["rate_limit"] => return "rate-limit",
        _ => return "unknown",
    };
    match (method.as_str(), rest) {
        ("GET", []) => "repos.get",
        ("GET", ["branches", _, ..]) => "branches.get",
        ("GET", ["git", "ref", ..]) => "refs.get",
        ("GET", ["git", "matching-refs", ..]) => "refs.list",
        ("DELETE", ["git", "refs", ..]) => "refs.delete",
        ("GET", ["pulls"]) => "pulls.list",
        ("POST", ["pulls"]) => "pulls.create",
        ("GET", ["pulls", _]) => "pulls.get",
        ("PATCH", ["pulls", _]) => "pulls.update",
        ("PUT", ["pulls", _, "merge"]) => "pulls.merge",
        ("GET", ["pulls", _, "files"]) => "pulls.files",
        ("GET", ["issues", "comments", _]) => "comments.get",
        ("PATCH", ["issues", "comments", _]) => "comments.update",
        ("DELETE", ["issues", "comments", _]) => "comments.delete",
        ("GET", ["issues", _, "comments"]) => "comments.list",
        ("POST", ["issues", _, "comments"]) => "comments.create",
        (_, ["hooks", rest @ ..]) => hook_name(method, rest),
        _ => "unknown",
    }
}

fn hook_name(method: &Method, parts: &[&str]) -> &'static str {
    match (method.as_str(), parts) {
        ("GET", []) => "hooks.list",
        ("POST", []) => "hooks.create",
        ("GET", [_]) => "hooks.get",
        ("PATCH", [_]) => "hooks.update",
        ("DELETE", [_]) => "hooks.delete",
        ("GET", [_, "config"]) => "hooks.config.get",
        ("PATCH", [_, "config"]) => "hooks.config.update",
        ("POST", [_, "pings"]) => "hooks.ping",
        ("POST", [_, "tests"]) => "hooks.test",
        ("GET", [_, "deliveries"]) => "hooks.deliveries.list",
        ("GET", [_, "deliveries", _]) => "hooks.deliveries.get",
        ("POST", [_, "deliveries", _, "attempts"]) => "hooks.deliveries.redeliver",
        _ => "unknown",
    }
}

fn app_name(method: &Method, parts: &[&str]) -> &'static str {
    match (method.as_str(), parts) {
        ("GET", []) => "app.get",
        ("GET", ["hook", "config"]) => "app.hook.config.get",
        ("PATCH", ["hook", "config"]) => "app.hook.config.update",
        ("GET", ["hook", "deliveries"]) => "app.hook.deliveries.list",
        ("GET", ["hook", "deliveries", _]) => "app.hook.deliveries.get",
        ("POST", ["hook", "deliveries", _, "attempts"]) => "app.hook.deliveries.redeliver",
        ("GET", ["installations"]) => "app.installations.list",
        ("GET", ["installations", _]) => "app.installations.get",
        ("POST", ["installations", _, "access_tokens"]) => "app.installations.token",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_apart() {
        let get = |path: &str, query: &str| name(&Method::GET, path, query);
        assert_eq!(
            get("/a/b.git/info/refs", "service=git-receive-pack"),
            "git.info-refs.receive-pack"
        );
        assert_eq!(get("/a/b/info/refs", "service=git-upload-pack"), "git.info-refs.upload-pack");
        assert_eq!(name(&Method::POST, "/a/b.git/git-receive-pack", ""), "git.receive-pack");
        assert_eq!(get("/api/v3/repos/a/b/branches/x/y", ""), "branches.get");
        assert_eq!(get("/api/v3/repos/a/b/pulls", ""), "pulls.list");
        assert_eq!(name(&Method::POST, "/api/v3/repos/a/b/pulls", ""), "pulls.create");
        assert_eq!(get("/api/v3/repos/a/b/issues/comments/3", ""), "comments.get");
        assert_eq!(get("/api/v3/repos/a/b/issues/3/comments", ""), "comments.list");
        assert_eq!(get("/_control/requests", ""), CONTROL);
        assert_eq!(get("/api/v3/repositories/7/pulls/3", ""), "pulls.get");
        assert_eq!(get("/api/v3/repos/a/b/hooks/1/deliveries", ""), "hooks.deliveries.list");
        assert_eq!(get("/api/v3/app/hook/deliveries/1", ""), "app.hook.deliveries.get");
        assert_eq!(name(&Method::POST, "/api/graphql", ""), "graphql");
    }
}

//! Names of routes, by which requests are logged and counted and faults are aimed. Pure; it does not know handlers.

use http::Method;

/// Name of every call of the control API.
pub(crate) const CONTROL: &str = "control";

/// Names the route of a request.
pub(crate) fn name(method: &Method, path: &str, query: &str) -> &'static str {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["_control", ..] => CONTROL,
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
    let ["repos", _, _, rest @ ..] = parts else {
        return if parts == ["meta"] { "meta" } else { "unknown" };
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
    }
}

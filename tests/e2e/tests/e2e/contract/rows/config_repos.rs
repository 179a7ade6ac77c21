//! Config repositories: §4.5's order, §4.6's validators, and what upstream lacks.

use pullwright_harness::WireOptions;
use serde_json::{Value, json};

use crate::contract::{
    ask::{Ask, Who},
    row::Endpoint,
    setup::{id, merged, text},
    world::{World, fresh, nobody},
};

/// A new repository's body, changed by `with`.
async fn new(w: &World, with: Value) -> Ask {
    Ask::json(&merged(w.new_config_repo().await, with))
}

/// A body with an address that is nobody's.
fn addressed(repo_url: &str) -> Ask {
    Ask::json(&json!({"name": fresh("contract-repo"), "repo_url": repo_url, "auth_ref": "none"}))
}

/// An address on the forge.
fn on_forge(w: &World, rest: &str) -> String {
    format!("{}/{rest}", w.stack.ports.forge_url())
}

/// A config repository, with a patch of it.
async fn patch(w: &World, patch: Value) -> Ask {
    Ask::of(id(&w.config_repo().await)).with(&patch)
}

/// A config repository that a pending proposal needs, and the proposal.
async fn in_use(w: &World) -> (String, String) {
    let repo = id(&w.config_repo().await);
    let cluster = w.cluster(json!({"config_repo_id": repo, "config_path": "configs"})).await;
    let diff = json!({"boost": {"to": 2.5}});
    (repo, w.proposal_of(&id(&cluster), &w.base.template_id, diff).await)
}

/// §4.5 in its order; §18.1 AC-8 and AC-9; §22.5: what `$` let through.
pub(super) fn create() -> Endpoint {
    let made = Endpoint::new("POST", "/api/v1/config-repos")
        .ok("a repository; the provider follows from its address", 201, async |w| new(w, json!({"provider": "gitlab", "config_path": "x"})).await)
        .shows(|answer| {
            let made = &answer.body;
            assert_eq!((&made["provider"], &made["pr_base_branch"], &made["default_branch"]), (&json!("github"), &json!("main"), &json!("main")));
            assert_eq!((&made["last_merged_proposal"], &made["webhook_registration_error"]), (&json!(null), &json!(null)));
            assert_eq!(answer.headers["etag"], made["etag"].as_str().unwrap());
        })
        .ok("one whose address ends in .git, without a webhook", 201, async |w| {
            let body = w.new_config_repo().await;
            let url = format!("{}.git", text(&body["repo_url"]));
            Ask::json(&merged(body, json!({"repo_url": url, "webhook_secret_ref": null})))
        })
        .no("0: a malformed name is said before its host", "VALIDATION_ERROR", &["name", "a-z"], async |_| {
            Ask::json(&json!({"name": "A_B", "repo_url": "https://gitlab.com/a/b", "auth_ref": "none"}))
        })
        .no("0: a branch that is nothing", "VALIDATION_ERROR", &["default_branch", "leave it out"], async |w| new(w, json!({"default_branch": ""})).await)
        .no("0: a credential that is nothing", "VALIDATION_ERROR", &["auth_ref", "leave it out"], async |w| new(w, json!({"auth_ref": ""})).await)
        .no("1: a host that is not configured, said with those that are", "UNSUPPORTED_PROVIDER", &["repo_url"], async |w| {
            addressed("https://gitlab.com/acme/x").naming(w.stack.ports.forge_url())
        })
        .no("1 before 2 and 3", "UNSUPPORTED_PROVIDER", &[], async |w| {
            let taken = w.config_repo().await;
            Ask::json(&json!({"name": taken["name"], "repo_url": "https://gitlab.com/acme/x", "auth_ref": "none"}))
        })
        .no("1: the form of ssh", "UNSUPPORTED_PROVIDER", &[], async |_| addressed("git@github.com:acme/x.git"))
        .no("1: another scheme", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/x").replace("http:", "https:")))
        .no("1: no repository", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme")))
        .no("1: an owner that leads up", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "../..")))
        .no("1: a repository that leads up", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/..")))
        .no("1: a line's end", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/x\n")))
        .no("1: somebody's name before the host", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/x").replace("http://", "http://me@")))
        .no("1: another port", "UNSUPPORTED_PROVIDER", &[], async |_| addressed("http://127.0.0.1:1/acme/x"))
        .no("1: letters that look alike", "UNSUPPORTED_PROVIDER", &[], async |_| addressed("https://gіthub.com/acme/x"))
        .no("1: what percent signs hide", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/%2e%2e")))
        .no("1: a query", "UNSUPPORTED_PROVIDER", &[], async |w| addressed(&on_forge(w, "acme/x?y")))
        .no("2: a credential that is not there", "AUTH_REF_NOT_FOUND", &["nobody-put-it-there"], async |w| new(w, json!({"auth_ref": "nobody-put-it-there"})).await)
        .no("2 before 3", "AUTH_REF_NOT_FOUND", &[], async |w| {
            let taken = w.config_repo().await;
            new(w, json!({"name": taken["name"], "auth_ref": "nobody-put-it-there"})).await
        })
        .no("2: neither a credential nor an installation", "GITHUB_NOT_CONFIGURED", &["auth_ref"], async |w| new(w, json!({"auth_ref": null})).await)
        .no("2: another owner's credential", "AUTH_REF_IN_USE", &[], async |w| {
            let taken = text(&w.config_repo().await["auth_ref"]);
            let name = fresh("contract-repo");
            let url = on_forge(w, &format!("umbrella/{name}"));
            Ask::json(&json!({"name": name, "repo_url": url, "auth_ref": taken})).naming(taken)
        })
        .no("2: a webhook secret as a credential", "AUTH_REF_IN_USE", &[], async |w| {
            let taken = text(&w.config_repo().await["webhook_secret_ref"]);
            new(w, json!({"auth_ref": taken})).await
        });
    made.no("3: a name that is taken", "CONFIG_REPO_NAME_TAKEN", &[], async |w| {
            let taken = text(&w.config_repo().await["name"]);
            new(w, json!({"name": taken})).await.naming(taken)
        })
        .no("3 before 4", "CONFIG_REPO_NAME_TAKEN", &[], async |w| {
            let taken = w.config_repo().await;
            Ask::json(&json!({"name": taken["name"], "repo_url": taken["repo_url"], "auth_ref": taken["auth_ref"]}))
        })
        .no("4: an address that is taken, in other letters and with .git", "CONFIG_REPO_URL_TAKEN", &[], async |w| {
            let taken = w.config_repo().await;
            let url = text(&taken["repo_url"]).replace("/acme/", "/ACME/") + ".git";
            Ask::json(&json!({"name": fresh("contract-repo"), "repo_url": url, "auth_ref": taken["auth_ref"]}))
        })
        .no("a branch that git would take for an option", "VALIDATION_ERROR", &["pr_base_branch"], async |w| new(w, json!({"pr_base_branch": "-x"})).await)
        .no("a branch with a line's end", "VALIDATION_ERROR", &["default_branch"], async |w| new(w, json!({"default_branch": "main\n"})).await)
        .no("a credential's name that leads up", "VALIDATION_ERROR", &["auth_ref"], async |w| new(w, json!({"auth_ref": "../x"})).await)
        .no("a webhook secret's name that is none", "VALIDATION_ERROR", &["webhook_secret_ref"], async |w| new(w, json!({"webhook_secret_ref": "a b"})).await)
        .no("no address", "VALIDATION_ERROR", &["repo_url"], async |w| new(w, json!({"repo_url": null})).await)
}

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/config-repos")
        .ok("by all filters at once", 200, async |w| {
            let made = w.config_repo().await;
            let (name, url) = (text(&made["name"]), text(&made["repo_url"]));
            Ask::query(format!(
                "name={name}&repo_url={url}&since=2026-01-01T00:00:00Z&sort=name:desc&limit=1"
            ))
        })
        .shows(|answer| {
            assert_eq!(answer.headers["x-total-count"], "1");
            assert_eq!(answer.body["data"][0]["last_merged_proposal"], json!(null));
        })
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "name:desc"], async |_| {
            Ask::query("sort=repo_url:asc")
        })
        .no("no name", "VALIDATION_ERROR", &["name"], async |_| Ask::query("name="))
        .no("a limit of too many", "VALIDATION_ERROR", &["limit"], async |_| {
            Ask::query("limit=201")
        })
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=x")
        })
}

/// §18.4 AC-8: the newest merge stands in it.
pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/config-repos/{id}")
        .ok("one that nothing was merged in", 200, async |w| Ask::of(id(&w.config_repo().await)))
        .ok("one with its newest merge", 200, async |w| {
            let merged = Ask::of(w.merged().await);
            Ask::of(text(
                &w.get("GET", "/api/v1/proposals/{id}", &merged, 200).await["config_repo_id"],
            ))
        })
        .shows(|answer| assert_eq!(answer.body["last_merged_proposal"]["is_currently_live"], true))
        .no("an unknown one", "CONFIG_REPO_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
}

pub(super) fn update() -> Endpoint {
    Endpoint::new("PATCH", "/api/v1/config-repos/{id}")
        .ok("what is named changes, and what is null is cleared", 200, async |w| {
            patch(w, json!({"pr_base_branch": "release/2", "webhook_secret_ref": null})).await
        })
        .shows(|answer| {
            assert_eq!(
                (&answer.body["pr_base_branch"], &answer.body["webhook_secret_ref"]),
                (&json!("release/2"), &json!(null))
            );
            assert_eq!(answer.headers["etag"], answer.body["etag"].as_str().unwrap());
        })
        .ok("with the etag that was read, as a merge patch", 200, async |w| {
            let repo = w.config_repo().await;
            let body = json!({"default_branch": "trunk"}).to_string();
            Ask::of(id(&repo))
                .raw("application/merge-patch+json", body)
                .header("if-match", text(&repo["etag"]))
        })
        .no("with an old etag", "ETAG_MISMATCH", &["read it again"], async |w| {
            patch(w, json!({"default_branch": "x", "etag": "\"0\""})).await
        })
        .no("an etag before what is wrong with the secret", "ETAG_MISMATCH", &[], async |w| {
            patch(w, json!({"auth_ref": "nobody-put-it-there"})).await.header("if-match", "\"0\"")
        })
        .no(
            "a credential that is not there",
            "AUTH_REF_NOT_FOUND",
            &["nobody-put-it-there"],
            async |w| patch(w, json!({"auth_ref": "nobody-put-it-there"})).await,
        )
        .no("a credential that is a webhook's secret", "AUTH_REF_IN_USE", &[], async |w| {
            let repo = w.config_repo().await;
            Ask::of(id(&repo)).with(&json!({"auth_ref": repo["webhook_secret_ref"]}))
        })
        .no("no credential at all", "GITHUB_NOT_CONFIGURED", &["auth_ref"], async |w| {
            patch(w, json!({"auth_ref": null})).await
        })
        .no("a name that is taken", "CONFIG_REPO_NAME_TAKEN", &[], async |w| {
            let taken = text(&w.config_repo().await["name"]);
            patch(w, json!({"name": taken})).await.naming(taken)
        })
        .no("an unknown one", "CONFIG_REPO_NOT_FOUND", &[], async |_| {
            Ask::of(nobody()).with(&json!({"name": "x"}))
        })
        .no(
            "nothing to change",
            "VALIDATION_ERROR",
            &["body", "name, default_branch, pr_base_branch, auth_ref, webhook_secret_ref"],
            async |w| patch(w, json!({})).await,
        )
        .no("another address", "VALIDATION_ERROR", &["repo_url"], async |w| {
            patch(w, json!({"repo_url": "https://github.com/a/b"})).await
        })
        .no("a branch that is none", "VALIDATION_ERROR", &["pr_base_branch"], async |w| {
            patch(w, json!({"pr_base_branch": "a..b"})).await
        })
        .no("a name that cannot be cleared", "VALIDATION_ERROR", &["name", "cleared"], async |w| {
            patch(w, json!({"name": null})).await
        })
        .no("two etags", "VALIDATION_ERROR", &["etag", "If-Match"], async |w| {
            patch(w, json!({"name": "x", "etag": "\"1\""})).await.header("if-match", "\"2\"")
        })
}

pub(super) fn delete() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/config-repos/{id}")
        .ok("one that nobody needs", 204, async |w| Ask::of(id(&w.config_repo().await)))
        .ok("with the etag that was read", 204, async |w| {
            let repo = w.config_repo().await;
            Ask::of(id(&repo)).header("if-match", text(&repo["etag"]))
        })
        .ok("once its proposal is rejected", 204, async |w| {
            let (repo, proposal) = in_use(w).await;
            w.act("reject", &proposal).await;
            Ask::of(repo)
        })
        .no(
            "one that a proposal needs, which is named with what to do",
            "CONFIG_REPO_IN_USE",
            &["reject"],
            async |w| {
                let (repo, proposal) = in_use(w).await;
                Ask::of(repo).naming(proposal)
            },
        )
        .no("with an old etag", "ETAG_MISMATCH", &[], async |w| {
            Ask::of(id(&w.config_repo().await)).header("if-match", "\"0\"")
        })
        .no("twice", "CONFIG_REPO_NOT_FOUND", &[], async |w| {
            let repo = id(&w.config_repo().await);
            w.get("DELETE", "/api/v1/config-repos/{id}", &Ask::of(&repo), 204).await;
            Ask::of(repo)
        })
        .no("not by an operator", "PERMISSION_DENIED", &["admin", "olga", "operator"], async |_| {
            Ask::of(nobody()).by(Who::Operator)
        })
}

pub(super) fn check() -> Endpoint {
    Endpoint::new("POST", "/api/v1/config-repos/{id}/check")
        .ok("one with all that it needs", 200, async |w| {
            let options =
                WireOptions { webhook: false, ..WireOptions::new(&fresh("contract-fine")) };
            let wired = w.stack.wire(options).await.unwrap();
            w.stack.forge().unwrap().protect_branch(&wired.repository, "main", true).await.unwrap();
            Ask::of(wired.config_repo_id)
        })
        .shows(|answer| assert_eq!(answer.body["ok"], true, "{}", answer.text))
        .ok("one that lacks its credential, with what to do", 200, async |w| {
            let repo = w.config_repo().await;
            std::fs::remove_file(w.stack.secrets().join(text(&repo["auth_ref"]))).unwrap();
            Ask::of(id(&repo))
        })
        .shows(|answer| {
            assert_eq!(answer.body["ok"], false);
            let lines = answer.body["lines"].as_array().unwrap();
            assert!(
                lines.iter().any(|line| line["outcome"] == "fail" && line["remedy"].is_string()),
                "{}",
                answer.text
            );
        })
        .no("an unknown one", "CONFIG_REPO_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// `decisions.md` 9 and 12: two secrets are valid at once, and only admins change them.
pub(super) fn rotate() -> Endpoint {
    const PATH: &str = "/api/v1/config-repos/{id}/rotate-webhook-secret";
    Endpoint::new("POST", PATH)
        .ok("a secret that one repository has", 200, async |w| Ask::of(id(&w.config_repo().await)))
        .shows(|answer| {
            let repo = &answer.body["config_repo"];
            assert_eq!(answer.body["config_repo_names"], json!([repo["name"]]), "{}", answer.text);
            assert!(repo["previous_webhook_secret_until"].is_string(), "{}", answer.text);
        })
        .no("again, before its hook has the new one", "INVALID_STATE_TRANSITION", &[], async |w| {
            let repo = w.config_repo().await;
            w.get("POST", PATH, &Ask::of(id(&repo)), 200).await;
            Ask::of(id(&repo)).naming(text(&repo["name"]))
        })
        .no("one that names no secret", "WEBHOOK_SECRET_NOT_CONFIGURED", &[], async |w| {
            let body = merged(w.new_config_repo().await, json!({"webhook_secret_ref": null}));
            Ask::of(id(&w.get("POST", "/api/v1/config-repos", &Ask::json(&body), 201).await))
        })
        .no("where nothing can be written", "SECRETS_READ_ONLY", &[], async |w| {
            let repo = w.config_repo().await;
            // Nobody is forbidden anything where tests run as root; a folder in its place cannot be replaced either.
            let next = format!("{}.next", text(&repo["webhook_secret_ref"]));
            std::fs::create_dir(w.stack.secrets().join(next)).unwrap();
            Ask::of(id(&repo))
        })
        .no("an unknown one", "CONFIG_REPO_NOT_FOUND", &[], async |_| Ask::of(nobody()))
        .no("not by an operator", "PERMISSION_DENIED", &["admin"], async |_| {
            Ask::of(nobody()).by(Who::Operator)
        })
}

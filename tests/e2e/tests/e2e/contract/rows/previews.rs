//! Previews: refused for what `open_pr` refuses, and for what the job would end with.

use pullwright_forge::{Fault, FaultKind, FileContent, NewCommit};
use pullwright_harness::WireOptions;
use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::{PARAMS, id},
    world::{World, fresh, nobody},
};

/// A proposal of a cluster with this wiring, for the base's template.
async fn of_cluster(w: &World, wiring: Value) -> Ask {
    let cluster = w.cluster(wiring).await;
    let diff = json!({"boost": {"to": 2.5}});
    Ask::of(w.proposal_of(&id(&cluster), &w.base.template_id, diff).await)
}

/// A proposal of the base that changes this.
async fn changing(w: &World, diff: Value) -> Ask {
    Ask::of(w.proposal_of(&w.base.cluster_id, &w.base.template_id, diff).await)
}

/// A proposal of a repository of its own whose calls end so at the forge.
async fn struck(w: &World, route: &str, kind: FaultKind) -> Ask {
    let (proposal, options) = w.proposal_on(FILE, json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let path = Some(format!("*/{}/{}*", options.owner, options.name));
    let fault = Fault { path, ..Fault::on(route, kind) };
    w.stack.forge().unwrap().add_fault(fault).await.unwrap();
    Ask::of(proposal)
}

fn status(code: u16) -> FaultKind {
    FaultKind::Status { code, body: String::new(), headers: Default::default() }
}

const FILE: &str = "{\n  \"boost\": 1.0\n}\n";

/// `decisions.md` 2 and 6; the reference has no such call.
pub(super) fn preview() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals/{id}/preview")
        .ok("patch, base, tree, title and body", 200, async |w| {
            changing(w, json!({"boost": {"from": 99, "to": 2.5}})).await
        })
        .shows(|answer| {
            let shown = &answer.body;
            assert_eq!(shown["params_path"], PARAMS);
            assert!(
                shown["patch"]
                    .as_str()
                    .unwrap()
                    .contains("-  \"boost\": 1.0,\n+  \"boost\": 2.5,\n")
            );
            assert_eq!(shown["drifts"], json!([{"key": "boost", "expected": 99, "found": 1.0}]));
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
        .no("one that is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(id)
        })
        .no("a cluster that is not wired", "CLUSTER_HAS_NO_CONFIG_REPO", &[], async |w| {
            of_cluster(w, json!({})).await
        })
        .no("a credential that is not there", "GITHUB_NOT_CONFIGURED", &[], async |w| {
            let repo = w.config_repo().await;
            let secret = repo["auth_ref"].as_str().unwrap();
            std::fs::remove_file(w.stack.secrets().join(secret)).unwrap();
            let ask =
                of_cluster(w, json!({"config_repo_id": repo["id"], "config_path": "configs"}))
                    .await;
            ask.naming(secret)
        })
        .no(
            "a parameter that the template does not declare",
            "PARAM_NOT_IN_TEMPLATE",
            &["unheard_of"],
            async |w| changing(w, json!({"unheard_of": {"to": 1}})).await,
        )
        .no(
            "a value of another type than declared",
            "PARAM_NOT_IN_TEMPLATE",
            &["boost"],
            async |w| changing(w, json!({"boost": {"to": "2.5"}})).await,
        )
        .no("a value that the file has already", "NO_CHANGE", &[], async |w| {
            changing(w, json!({"boost": {"to": 1.0}})).await
        })
        .no(
            "a folder without the file",
            "PARAMS_FILE_NOT_FOUND",
            &["nowhere/product_search.params.json"],
            async |w| {
                of_cluster(
                    w,
                    json!({"config_repo_id": w.base.config_repo_id, "config_path": "nowhere"}),
                )
                .await
            },
        )
        .no(
            "a file that is no JSON",
            "PARAMS_FILE_NOT_FOUND",
            &["malformed", "line 1"],
            async |w| Ask::of(w.proposal_on("{", json!({"boost": {"to": 2.5}})).await.0),
        )
        .no("a path through a number", "PARAM_CONFLICT", &["boost"], async |w| {
            let declared =
                json!({"declared_params": {"boost.title": "float"}, "name": "product_search"});
            let template = w.template(declared).await;
            let diff = json!({"boost.title": {"to": 2.5}});
            Ask::of(w.proposal_of(&w.base.cluster_id, &id(&template), diff).await)
        })
        .no("a file that is a symlink", "PATH_REFUSED", &[PARAMS], async |w| {
            let link = FileContent::with_mode("../../README.md", "120000");
            Ask::of(w.proposal_on(link, json!({"boost": {"to": 2.5}})).await.0)
        })
        .no("a cluster without a folder", "CONFIG_PATH_INVALID", &["config_path"], async |w| {
            of_cluster(w, json!({"config_repo_id": w.base.config_repo_id})).await
        })
        .no(
            "a base branch that is not there",
            "BASE_BRANCH_NOT_FOUND",
            &["release/none"],
            async |w| {
                let (proposal, options) = w.proposal_on(FILE, json!({"boost": {"to": 2.5}})).await;
                let found = Ask::query(format!("name={}", options.name));
                let page = w.get("GET", "/api/v1/config-repos", &found, 200).await;
                let patch =
                    Ask::of(id(&page["data"][0])).with(&json!({"pr_base_branch": "release/none"}));
                w.get("PATCH", "/api/v1/config-repos/{id}", &patch, 200).await;
                Ask::of(proposal)
            },
        )
        .no("somebody else's branch of our name", "BRANCH_EXISTS", &["pullwright/"], async |w| {
            let (proposal, options) = w.proposal_on(FILE, json!({"boost": {"to": 2.5}})).await;
            let shown = w.act("preview", &proposal).await;
            let repository = format!("{}/{}", options.owner, options.name);
            let commit = NewCommit::file(shown["branch"].as_str().unwrap(), "x", "y", "not ours");
            w.stack.forge().unwrap().push_commit(&repository, commit).await.unwrap();
            Ask::of(proposal)
        })
        .no("a credential that GitHub does not know", "GITHUB_AUTH_FAILED", &[], async |w| {
            let options =
                WireOptions { webhook: false, ..WireOptions::new(&fresh("contract-stale")) };
            let wired = w.stack.wire(options).await.unwrap();
            w.secret(&wired.auth_ref, &format!("gh{}_{}", "p", "Z".repeat(36)));
            let diff = json!({"boost": {"to": 2.5}});
            Ask::of(w.proposal_of(&wired.cluster_id, &wired.template_id, diff).await)
        })
        .no("a repository that is not there", "CLONE_FAILED", &[], async |w| {
            struck(w, "git.*", status(404)).await
        })
        .no("GitHub is away", "SERVICE_UNAVAILABLE", &[], async |w| {
            struck(w, "git.*", status(503)).await
        })
}

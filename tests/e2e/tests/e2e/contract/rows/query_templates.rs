//! Query templates: versions of a name.

use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::{id, text},
    world::{World, nobody},
};

async fn patch(w: &World, patch: Value) -> Ask {
    Ask::of(id(&w.template(json!({})).await)).with(&patch)
}

/// A template with a pending proposal.
async fn in_use(w: &World) -> (String, String) {
    let template = id(&w.template(json!({})).await);
    let diff = json!({"boost": {"to": 2.5}});
    let proposal = w.proposal_of(&w.base.cluster_id, &template, diff).await;
    (template, proposal)
}

/// `decisions.md` 3; §2.3's pattern, since the name becomes a file's.
pub(super) fn create() -> Endpoint {
    let new = |w: &World, with: Value| Ask::json(&w.new_template(with));
    let rows = Endpoint::new("POST", "/api/v1/query-templates")
        .ok("the first version of a name", 201, async move |w| new(w, json!({"body": "{}"})))
        .shows(|answer| assert_eq!(answer.body["version"], 1))
        .ok("the next version of a name, with declarations of the rich shape, spelled as they are", 201, async move |w| {
            let first = w.template(json!({})).await;
            let declared = json!({"boost": {"type": "float", "min": 0.5, "max": 5.0}, "mode": {"type": "categorical", "values": ["a"]}});
            new(w, json!({"name": first["name"], "declared_params": declared}))
        })
        .shows(|answer| assert_eq!(answer.body["version"], 2))
        .no("all that is missing at once", "VALIDATION_ERROR", &["name", "engine_type", "declared_params"], async |_| Ask::json(&json!({})))
        .no("an unknown engine", "VALIDATION_ERROR", &["engine_type", "elasticsearch, opensearch, solr"], async move |w| new(w, json!({"engine_type": "lucene"})))
        .no("declarations that are a list", "VALIDATION_ERROR", &["declared_params"], async move |w| new(w, json!({"declared_params": ["boost"]})))
        .no("a declaration that is a number", "VALIDATION_ERROR", &["declared_params"], async move |w| new(w, json!({"declared_params": {"boost": 1}})))
        .no("a text that is too long", "VALIDATION_ERROR", &["body", "128 KiB"], async move |w| new(w, json!({"body": "x".repeat(131_073)})));
    ["a/b", ".x", "-a", "a\n", "../x", ""].into_iter().fold(rows, |rows, name| {
        rows.no("a name that is no file's", "VALIDATION_ERROR", &["name"], async move |w| {
            new(w, json!({"name": name}))
        })
    })
}

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/query-templates")
        .ok("by all filters at once", 200, async |w| {
            let first = w.template(json!({})).await;
            w.template(json!({"name": first["name"]})).await;
            Ask::query(format!(
                "name={}&engine_type=elasticsearch&version=2&latest=TRUE&since=2026-01-01T00:00:00Z&sort=name:desc",
                text(&first["name"])
            ))
        })
        .shows(|answer| assert_eq!((answer.headers["x-total-count"].to_str().unwrap(), &answer.body["data"][0]["version"]), ("1", &json!(2))))
        .no("an unknown engine", "VALIDATION_ERROR", &["engine_type"], async |_| Ask::query("engine_type=lucene"))
        .no("a version that is none", "VALIDATION_ERROR", &["version"], async |_| Ask::query("version=one"))
        .no("a version of zero", "VALIDATION_ERROR", &["version"], async |_| Ask::query("version=0"))
        .no("a boolean that is none", "VALIDATION_ERROR", &["latest", "true, 1"], async |_| Ask::query("latest=maybe"))
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "name:asc"], async |_| Ask::query("sort=version:asc"))
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| Ask::query("cursor=x"))
}

pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/query-templates/{id}")
        .ok("one version of a template", 200, async |w| Ask::of(&w.base.template_id))
        .no("an unknown one", "TEMPLATE_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
}

pub(super) fn update() -> Endpoint {
    Endpoint::new("PATCH", "/api/v1/query-templates/{id}")
        .ok("text and declarations", 200, async |w| {
            patch(w, json!({"body": "{}", "declared_params": {"boost": "int"}})).await
        })
        .shows(|answer| {
            assert_eq!(
                (&answer.body["declared_params"], &answer.body["version"]),
                (&json!({"boost": "int"}), &json!(1))
            )
        })
        .ok("a text is cleared, with the etag that was read", 200, async |w| {
            let template = w.template(json!({"body": "{}"})).await;
            Ask::of(id(&template))
                .with(&json!({"body": null}))
                .header("if-match", text(&template["etag"]))
        })
        .no("with an old etag", "ETAG_MISMATCH", &["read it again"], async |w| {
            patch(w, json!({"body": "{}"})).await.header("if-match", "\"0\"")
        })
        .no("an unknown one", "TEMPLATE_NOT_FOUND", &[], async |_| {
            Ask::of(nobody()).with(&json!({"body": "{}"}))
        })
        .no("nothing to change", "VALIDATION_ERROR", &["body, declared_params"], async |w| {
            patch(w, json!({})).await
        })
        .no("another name", "VALIDATION_ERROR", &["name"], async |w| {
            patch(w, json!({"name": "x"})).await
        })
        .no("no declarations", "VALIDATION_ERROR", &["declared_params", "cleared"], async |w| {
            patch(w, json!({"declared_params": null})).await
        })
        .no("declarations that are none", "VALIDATION_ERROR", &["declared_params"], async |w| {
            patch(w, json!({"declared_params": {"a": {}}})).await
        })
}

pub(super) fn delete() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/query-templates/{id}")
        .ok("one that nobody needs", 204, async |w| Ask::of(id(&w.template(json!({})).await)))
        .no(
            "one that a proposal needs, which is named with what to do",
            "TEMPLATE_IN_USE",
            &["reject"],
            async |w| {
                let (template, proposal) = in_use(w).await;
                Ask::of(template).naming(proposal)
            },
        )
        .no("with an old etag", "ETAG_MISMATCH", &[], async |w| {
            Ask::of(id(&w.template(json!({})).await)).header("if-match", "\"0\"")
        })
        .no("an unknown one", "TEMPLATE_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

//! The calls that remember their keys, each with a request of which no two are the same.

use serde_json::json;

use crate::contract::{
    ask::{Ask, Who},
    row::{Given, boxed},
    setup::{digest, id, text},
    world::World,
};

/// Where a call's answers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeper {
    /// The ledger's database.
    Ledger,
    /// The registry's database.
    Registry,
    /// The runners' Redis.
    Redis,
}

/// A call that remembers its keys.
pub(super) struct Repeatable {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) keeper: Keeper,
    /// Who makes it.
    pub(super) who: Who,
    /// A request that succeeds, another one each time.
    pub(super) given: Given,
}

fn call(
    method: &'static str,
    path: &'static str,
    keeper: Keeper,
    given: impl AsyncFn(&World) -> Ask + 'static,
) -> Repeatable {
    Repeatable { method, path, keeper, who: Who::Operator, given: boxed(given) }
}

fn call_of_admins(
    path: &'static str,
    keeper: Keeper,
    given: impl AsyncFn(&World) -> Ask + 'static,
) -> Repeatable {
    Repeatable { who: Who::Admin, ..call("POST", path, keeper, given) }
}

/// All of them.
pub(super) fn all() -> Vec<Repeatable> {
    use Keeper::{Ledger, Redis, Registry};
    vec![
        call("POST", "/api/v1/proposals", Ledger, async |w| {
            let (cluster, template) = (&w.base.cluster_id, &w.base.template_id);
            let to = f64::from(u16::from_be_bytes(
                *uuid::Uuid::new_v4().as_bytes().first_chunk().unwrap(),
            ));
            let diff = json!({"boost": {"to": to + 0.5}});
            Ask::json(&json!({"cluster_id": cluster, "template_id": template, "config_diff": diff}))
        }),
        call("POST", "/api/v1/proposals/{id}/open_pr", Ledger, async |w| {
            Ask::of(w.proposal().await)
        }),
        call("POST", "/api/v1/proposals/{id}/reject", Ledger, async |w| {
            Ask::of(w.proposal().await)
        }),
        call("POST", "/api/v1/proposals/{id}/supersede", Ledger, async |w| {
            Ask::of(w.proposal().await)
        }),
        call("POST", "/api/v1/proposals/{id}/reinstate", Ledger, async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            Ask::of(id)
        }),
        call("POST", "/api/v1/studies", Ledger, async |w| Ask::json(&w.new_study(json!({})))),
        call("PUT", "/api/v1/studies/{id}/digest", Ledger, async |w| {
            let made = w.study(json!({"digest": null})).await;
            Ask::of(text(&made["study_id"])).with(&digest())
        }),
        call("POST", "/api/v1/_test/studies/seed-completed", Ledger, async |w| {
            Ask::json(&w.new_seed(json!({})).await)
        }),
        call("POST", "/api/v1/_test/auto-followup/seed-chain", Ledger, async |w| {
            Ask::json(&w.new_seed(json!({"depth": 2})).await)
        }),
        call("POST", "/api/v1/config-repos", Registry, async |w| {
            Ask::json(&w.new_config_repo().await)
        }),
        call("PATCH", "/api/v1/config-repos/{id}", Registry, async |w| {
            Ask::of(id(&w.config_repo().await)).with(&json!({"default_branch": "trunk"}))
        }),
        call("POST", "/api/v1/clusters", Registry, async |w| Ask::json(&w.new_cluster(json!({})))),
        call("PATCH", "/api/v1/clusters/{id}", Registry, async |w| {
            Ask::of(id(&w.cluster(json!({})).await)).with(&json!({"environment": "prod"}))
        }),
        call("POST", "/api/v1/query-templates", Registry, async |w| {
            Ask::json(&w.new_template(json!({})))
        }),
        call("PATCH", "/api/v1/query-templates/{id}", Registry, async |w| {
            Ask::of(id(&w.template(json!({})).await)).with(&json!({"body": "{}"}))
        }),
        call_of_admins("/api/v1/locks/{repository_id}/break", Redis, async |w| {
            Ask::of(w.locked().await).with(&json!({"reason": "it takes too long"}))
        }),
        call_of_admins("/api/v1/deliveries/{id}/replay", Ledger, async |w| {
            Ask::of(text(&w.delivered().await["id"]))
        }),
        call_of_admins("/api/v1/config-repos/{id}/rotate-webhook-secret", Registry, async |w| {
            Ask::of(id(&w.config_repo().await))
        }),
    ]
}

//! What heals by itself: hooks, missed deliveries, pull requests that changed while nobody listened, what was left behind.
//!
//! The stack registers its own hooks and looks after everything every few seconds, instead of minutes and hours.

mod gaps;
mod hook_failures;
mod hooks;
mod many;
mod order;
mod orphans;
mod reconcile;
mod renames;
mod rotation;
mod storm;

use pullwright_forge::{Delivery, DeliveryPolicy};
use pullwright_harness::{Rest, Service, Stack, StackOptions, WireOptions, Wired};
use pullwright_testkit::wait;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::system::{PATIENCE, System, logs};

static STACK: OnceCell<Stack> = OnceCell::const_new();

/// Nothing of it reaches anybody, and no log says so.
fn silence() -> DeliveryPolicy {
    DeliveryPolicy { vanish_percent: 100, ..DeliveryPolicy::default() }
}

/// The options of a stack that heals within seconds.
fn healing(name: &str) -> StackOptions {
    StackOptions::new(logs(name)).registering().brisk()
}

/// The stack that these tests share; each has repositories of its own.
async fn stack() -> &'static Stack {
    STACK
        .get_or_init(|| async {
            // A rotation is over as soon as all hooks have the new secret, and a moment.
            let options =
                healing("healing").with(Service::Registry, "REGISTRY_WEBHOOK_SECRET_OVERLAP", "1s");
            Stack::start(options).await.unwrap()
        })
        .await
}

/// A repository that is wired on the shared stack and has its hook.
async fn wired(name: &str) -> System<'static> {
    on(stack().await, name).await
}

/// A repository that is wired on a stack.
async fn on<'s>(stack: &'s Stack, name: &str) -> System<'s> {
    let wired = stack.wire(WireOptions::new(name)).await.unwrap();
    System { stack, rest: stack.rest().unwrap(), wired }
}

/// The config repository as REST shows it.
async fn config_repo(system: &System<'_>) -> Value {
    look_at(&system.rest, &system.wired).await
}

async fn look_at(rest: &Rest, wired: &Wired) -> Value {
    let path = format!("/api/v1/config-repos/{}", wired.config_repo_id);
    rest.get(&path).await.unwrap().expect(200).unwrap()
}

/// Waits until something holds of the config repository.
async fn until_config_repo(
    system: &System<'_>,
    claim: &str,
    holds: impl Fn(&Value) -> bool,
) -> Value {
    let holds = &holds;
    let look = || async {
        let now = config_repo(system).await;
        anyhow::Ok(holds(&now).then_some(now))
    };
    match wait::until(claim, PATIENCE, look).await {
        Ok(now) => now,
        Err(error) => panic!("{error}; it is {:#}", config_repo(system).await),
    }
}

/// The repository as it is watched.
async fn watched(system: &System<'_>) -> Value {
    let path = format!("/api/v1/repositories?repository_id={}", system.wired.config_repo_id);
    let page = system.rest.get(&path).await.unwrap().expect(200).unwrap();
    page["data"][0].clone()
}

/// Waits until something holds of the repository as it is watched.
async fn until_watched(system: &System<'_>, claim: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let holds = &holds;
    let look = || async {
        let now = watched(system).await;
        anyhow::Ok(holds(&now).then_some(now))
    };
    match wait::until(claim, PATIENCE, look).await {
        Ok(now) => now,
        Err(error) => panic!("{error}; it is {:#}", watched(system).await),
    }
}

/// What the ledger keeps of the repository's deliveries, the newest first.
async fn kept(system: &System<'_>) -> Vec<Value> {
    let id = &system.wired.config_repo_id;
    let path = format!("/api/v1/deliveries?limit=200&repository_id={id}");
    let page = system.rest.get(&path).await.unwrap().expect(200).unwrap();
    page["data"].as_array().unwrap().clone()
}

/// What the forge sent to the repository's hooks of `pull_request` with this action, the oldest first.
async fn sent(system: &System<'_>, action: &str) -> Vec<Delivery> {
    let all = system.stack.forge().unwrap().deliveries(&system.wired.repository).await.unwrap();
    let of_action = |delivery: &Delivery| {
        delivery.event == "pull_request" && delivery.action.as_deref() == Some(action)
    };
    all.into_iter().filter(of_action).collect()
}

/// Has GitHub tell this repository's hook nothing from now on.
async fn silenced(system: &System<'_>) {
    let forge = system.stack.forge().unwrap();
    forge.set_delivery_policy(Some(system.wired.hook.unwrap()), silence()).await.unwrap();
}

/// A change that every test may propose.
fn boosted() -> Value {
    json!({"boost": {"from": 1.0, "to": 2.5}})
}

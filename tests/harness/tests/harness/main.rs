//! The stack itself, on its real programs: parts of it die and come back, and it makes its own webhooks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::PathBuf;
use std::time::Duration;

use pullwright_harness::{Service, Stack, StackOptions, WireOptions};
use pullwright_testkit::wait;

/// A fresh folder for logs that stay.
fn logs(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/harness").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn what_crashed_comes_back_on_its_port_and_data() {
    let mut stack = Stack::start(StackOptions::new(logs("crashes"))).await.unwrap();
    let wired = stack.wire(WireOptions::new("crashes")).await.unwrap();
    for service in [Service::Ingress, Service::Proposal, Service::Runner] {
        let before = stack.process(service).unwrap().pid();
        stack.crash(service).unwrap();
        assert!(stack.process(service).is_none());
        stack.restart(service).unwrap();
        assert_ne!(stack.process(service).unwrap().pid(), before);
    }
    stack.crash_postgres().await.unwrap();
    stack.restart_postgres().await.unwrap();
    stack.wait_until_revived().await.unwrap();
    let path = format!("/api/v1/config-repos/{}", wired.config_repo_id);
    let kept = stack.rest().unwrap().get(&path).await.unwrap().expect(200).unwrap();
    assert_eq!(kept["name"], "crashes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_makes_its_own_webhook_and_repairs_it() {
    let options = StackOptions::new(logs("registers")).registering().brisk();
    let stack = Stack::start(options).await.unwrap();
    let wire = WireOptions::new("registers");
    let wired = stack.wire(wire.clone()).await.unwrap();
    let forge = stack.forge().unwrap();
    assert_eq!(forge.hooks(&wired.repository).await.unwrap().len(), 1);
    forge.delete_hook(&wired.repository, wired.hook.unwrap()).await.unwrap();
    let again = stack.registered_hook(&wire).await.unwrap();
    assert_ne!(Some(again), wired.hook);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_without_a_webhook_is_left_without_one() {
    let options = StackOptions::new(logs("without")).registering().brisk();
    let stack = Stack::start(options).await.unwrap();
    let without = WireOptions { webhook: false, ..WireOptions::new("without") };
    let without = stack.wire(without).await.unwrap();
    stack.wire(WireOptions::new("beside")).await.unwrap();
    let hooks = || async {
        let counters = stack.forge()?.counters().await?;
        anyhow::Ok(counters.get("hooks.create").map(|_| ()))
    };
    wait::until("a hook was made", Duration::from_secs(30), hooks).await.unwrap();
    let forge = stack.forge().unwrap();
    assert!(forge.hooks(&without.repository).await.unwrap().is_empty());
}

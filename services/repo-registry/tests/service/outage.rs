//! What callers see while PostgreSQL is away, and that it is over when it is over.

use std::time::Duration;

use pullwright_proto::{error::ErrorReason, registry as v1};
use pullwright_testkit::{
    stores::{Postgres, StartOptions},
    wait,
};
use tonic::Code;

use crate::harness::{HOSTS, Registry, repo};

#[tokio::test]
async fn an_outage_is_said_to_be_one_and_leaves_nothing_behind() {
    let postgres =
        Postgres::start(StartOptions { durable: true, ..StartOptions::default() }).await.unwrap();
    postgres.create_database("registry").await.unwrap();
    let registry = Registry::start_on(postgres.url("registry"), HOSTS).await;
    registry.secret("acme_pat", "the-acme-credential");
    let before = registry.register(repo("before", "https://github.com/acme/before")).await.unwrap();

    postgres.stop().await.unwrap();
    let during = || registry.register(repo("during", "https://github.com/acme/during"));
    let refusal = during().await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::Unavailable, ErrorReason::ServiceUnavailable)
    );
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(1)));
    assert_eq!(refusal.message, "the registry's database is away or busy");
    let request = v1::GetConfigRepoRequest { config_repo_id: before.id.clone() };
    let status = registry.config_repos().get_config_repo(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(
        registry.mint(&before.id).await.unwrap_err().reason,
        ErrorReason::ServiceUnavailable
    );

    postgres.restart().await.unwrap();
    let registered =
        wait::until("a registration succeeds again", Duration::from_secs(20), || async {
            during().await.map(Some)
        });
    registered.await.unwrap();
    assert_eq!(registry.mint(&before.id).await.unwrap(), "the-acme-credential");
    assert_eq!(registry.count("config_repos").await, 2);
}

//! When the registry says that it can be asked.

use std::{fs, time::Duration};

use pullwright_rpc::Role;
use pullwright_testkit::wait;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::harness::Registry;

async fn becomes(registry: &Registry, status: ServingStatus) {
    wait::until(&format!("health is {status:?}"), Duration::from_secs(10), || async {
        let mut client = HealthClient::new(registry.connection(Role::Operator));
        let service = "pullwright.registry.v1.ConfigRepoService".to_owned();
        client
            .check(HealthCheckRequest { service })
            .await
            .map(|answer| answer.into_inner().status() == status)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_registry_without_its_secrets_folder_is_not_ready() {
    let registry = Registry::start().await;
    becomes(&registry, ServingStatus::Serving).await;
    let (folder, aside) = (registry.path(""), registry.path("").with_extension("aside"));
    fs::rename(&folder, &aside).unwrap();
    becomes(&registry, ServingStatus::NotServing).await;
    fs::rename(&aside, &folder).unwrap();
    becomes(&registry, ServingStatus::Serving).await;
}

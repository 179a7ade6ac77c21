//! Several callers who want the same thing at once: one gets it, the others are told why not.

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, registry as v1};

use crate::harness::{Registry, cluster, repo};

#[tokio::test]
async fn of_equal_registrations_at_once_one_is_made() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let by_name =
        (0..8).map(|n| registry.register(repo("same", &format!("https://github.com/acme/x{n}"))));
    let by_url =
        (0..8).map(|n| registry.register(repo(&format!("n{n}"), "https://github.com/acme/same")));
    for (answers, reason) in [
        (join_all(by_name).await, ErrorReason::ConfigRepoNameTaken),
        (join_all(by_url).await, ErrorReason::ConfigRepoUrlTaken),
    ] {
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert!(
            answers
                .iter()
                .filter_map(|answer| answer.as_ref().err())
                .all(|refusal| refusal.reason == reason)
        );
    }
    assert_eq!(registry.count("config_repos").await, 2);
}

#[tokio::test]
async fn of_equal_clusters_at_once_one_is_made() {
    let registry = Registry::start().await;
    let answers = join_all((0..8).map(|_| registry.create_cluster(cluster("same")))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ClusterNameTaken);
    }
}

#[tokio::test]
async fn of_things_that_want_one_name_at_once_by_creation_or_update_one_gets_it() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let (mut clusters, mut repos) = (Vec::new(), Vec::new());
    for n in 0..4 {
        clusters.push(registry.create_cluster(cluster(&format!("c{n}"))).await.unwrap());
        let url = format!("https://github.com/acme/r{n}");
        repos.push(registry.register(repo(&format!("r{n}"), &url)).await.unwrap());
    }
    let renamed = clusters.into_iter().map(|cluster| {
        registry.update_cluster("name", v1::Cluster { name: "same".into(), ..cluster })
    });
    let created = (0..4).map(|_| registry.create_cluster(cluster("same")));
    let (renamed, created) = tokio::join!(join_all(renamed), join_all(created));
    let answers: Vec<_> = renamed.into_iter().chain(created).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ClusterNameTaken);
    }

    let renamed = repos
        .into_iter()
        .map(|repo| registry.update_repo("name", v1::ConfigRepo { name: "same".into(), ..repo }));
    let created =
        (0..4).map(|n| registry.register(repo("same", &format!("https://github.com/acme/n{n}"))));
    let (renamed, created) = tokio::join!(join_all(renamed), join_all(created));
    let answers: Vec<_> = renamed.into_iter().chain(created).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNameTaken);
    }
}

#[tokio::test]
async fn two_who_want_each_others_secrets_do_not_wait_for_ever() {
    let registry = Registry::start().await;
    for secret in ["one", "two"] {
        registry.secret(secret, "a-fine-credential");
    }
    let crossed = |n: usize| {
        let (auth, hook) = if n.is_multiple_of(2) { ("one", "two") } else { ("two", "one") };
        let mut request = repo(&format!("n{n}"), &format!("https://github.com/acme/x{n}"));
        request.auth_ref = auth.into();
        request.webhook_secret_ref = hook.into();
        request
    };
    let answers = join_all((0..8).map(|n| registry.register(crossed(n)))).await;
    for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        // A deadlock is broken by PostgreSQL, and its loser may try again.
        let told = [ErrorReason::AuthRefInUse, ErrorReason::ServiceUnavailable];
        assert!(told.contains(&refusal.reason), "{refusal}");
    }
    assert!(answers.iter().any(Result::is_ok));
    assert_eq!(registry.count("secret_bindings").await, 2);
}

//! What is wrong with one pull request is told of it alone, and what is wrong with one repository of that alone.

use std::collections::BTreeMap;

use pullwright_forge::{Fault, FaultKind, NewRepository, Permission};
use pullwright_proto::job::pull_request_sight::Sight;
use tonic::Code;
use uuid::Uuid;

use super::{asked, known, pulls, reconcile, repository_named, watches, words};
use crate::questions::harness::{Ended, REPO_ID, REPOSITORY, World, status};

fn answer(code: u16, body: &str, headers: &[(&str, &str)]) -> FaultKind {
    let headers: BTreeMap<String, String> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    FaultKind::Status { code, body: body.to_owned(), headers }
}

/// §22.4: an answer that cannot be read ended the rest of the round.
#[tokio::test]
async fn one_bad_candidate_does_not_stop_the_others() {
    for bad in [
        answer(200, "<html>login</html>", &[]),
        answer(200, r#"{"number":"seven"}"#, &[]),
        answer(500, "", &[]),
        answer(451, r#"{"message":"taken down"}"#, &[]),
        FaultKind::Truncate { bytes: 40 },
    ] {
        let world = World::start().await;
        let numbers = pulls(&world, REPOSITORY, 3).await;
        let watches = watches(&world, REPOSITORY, &numbers).await;
        world.forge.add_fault(Fault::on("pulls.get", bad.clone()).after(1).times(1)).await.unwrap();
        let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
        let expected = ["open", "failed GITHUB_API_FAILED", "open"];
        assert_eq!(words(&sights), expected, "{bad:?}");
        assert_eq!(end.failure, None, "{bad:?}");
    }
}

#[tokio::test]
async fn a_github_that_breaks_again_and_again_is_left_alone() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 8).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.forge.add_fault(Fault::on("*", answer(502, "<html>", &[]))).await.unwrap();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert!(words(&sights).iter().all(|word| word == "failed GITHUB_API_FAILED"));
    assert!(end.failure.unwrap().message.contains("502"));
    assert_eq!(asked(&world).await.len(), 4, "the query and three more");
}

/// §22.4: one token's limit ended the round of all repositories.
#[tokio::test]
async fn a_rate_limit_says_how_long_and_is_its_repositorys_own() {
    for (body, headers, seconds) in [
        (r#"{"message":"slow down"}"#, [("retry-after", "90")], 90),
        (r#"{"message":"You have exceeded a secondary rate limit"}"#, [("x-a", "b")], 60),
    ] {
        let world = World::start().await;
        let numbers = pulls(&world, REPOSITORY, 2).await;
        let watches = watches(&world, REPOSITORY, &numbers).await;
        let fault = Fault::on("pulls.get", answer(403, body, &headers)).times(1);
        world.forge.add_fault(fault).await.unwrap();
        let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
        assert_eq!(words(&sights), ["failed GITHUB_API_FAILED", "failed GITHUB_API_FAILED"]);
        let failure = end.failure.unwrap();
        assert_eq!(failure.retry_after.unwrap().seconds, seconds);
        let Sight::Failed(second) = sights[1].sight.clone().unwrap() else { panic!() };
        assert_eq!((second.retry_after, end.requests), (failure.retry_after, 1));
        let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
        assert_eq!((words(&sights), end.failure), (vec!["open".to_owned(); 2], None));
    }
}

#[tokio::test]
async fn a_limit_of_the_query_stops_the_repository() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 120).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let body = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    world.forge.add_fault(Fault::on("graphql", answer(200, body, &[]))).await.unwrap();
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert!(words(&sights).iter().all(|word| word == "failed GITHUB_API_FAILED"));
    assert_eq!((end.requests, end.failure.unwrap().retry_after.unwrap().seconds), (1, 60));
}

#[tokio::test]
async fn a_revoked_token_stops_its_own_repository_only() {
    let world = World::start().await;
    let (id, token) = (Uuid::now_v7(), format!("gh{}_{}", "s", "R".repeat(40)));
    let other = NewRepository::new("acme", "other").file("a.params.json", "{}\n").token(
        "bot",
        &token,
        Permission::Write,
    );
    world.forge.create_repository(other).await.unwrap();
    let numbers = pulls(&world, REPOSITORY, 5).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    world.tell(|told| drop(told.tokens.insert(id.to_string(), token.clone())));
    world.forge.revoke_token(&token).await;

    let (sights, end) = reconcile(&world, repository_named(&world, id, "other"), &watches).await;
    assert_eq!(words(&sights)[0], "failed GITHUB_AUTH_FAILED");
    let failure = end.failure.unwrap();
    assert_eq!((failure.reason.as_str(), end.requests), ("GITHUB_AUTH_FAILED", 1));
    assert!(!failure.message.contains(&token));
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!((words(&sights), end.failure), (vec!["open".to_owned(); 5], None));
}

#[tokio::test]
async fn a_credential_that_cannot_be_had_is_told_of_each_and_of_the_whole() {
    let world = World::start().await;
    let numbers = pulls(&world, REPOSITORY, 2).await;
    let watches = watches(&world, REPOSITORY, &numbers).await;
    let refusal = status(Code::FailedPrecondition, "GITHUB_NOT_CONFIGURED", "the secret is empty");
    world.tell(|told| told.mint_refusal = Some(refusal));
    let (sights, end) = reconcile(&world, known(&world).await, &watches).await;
    assert_eq!(words(&sights), ["failed GITHUB_NOT_CONFIGURED", "failed GITHUB_NOT_CONFIGURED"]);
    assert!(end.failure.unwrap().message.contains("the secret is empty"));
    assert!(asked(&world).await.is_empty());
}

#[tokio::test]
async fn a_registry_that_is_away_ends_the_attempt_which_begins_anew() {
    let world = World::start().await;
    let refusal = status(Code::Unavailable, "SERVICE_UNAVAILABLE", "away");
    world.tell(|told| told.mint_refusal = Some(refusal));
    let spec = pullwright_proto::job::ReconcilePullRequestsSpec {
        repository: Some(repository_named(&world, REPO_ID, "search-config")),
        watches: Vec::new(),
    };
    let kind = pullwright_proto::job::JobKind::ReconcilePullRequests;
    let spec = pullwright_proto::job::job::Spec::ReconcilePullRequests(spec);
    let ended = world.work(kind, spec).await;
    let Ended::Failed(failed) = ended else { panic!("{ended:?}") };
    assert_eq!(failed.reason, "SERVICE_UNAVAILABLE");
    use pullwright_proto::job::retry::When;
    assert!(matches!(failed.retry.unwrap().when, Some(When::Backoff(()))));
}

#[tokio::test]
async fn a_host_that_is_not_configured_is_told() {
    let world = World::start().await;
    let mut elsewhere = known(&world).await;
    elsewhere.host = "https://evil.example".to_owned();
    let (_, end) = reconcile(&world, elsewhere, &[]).await;
    assert_eq!(end.failure.unwrap().reason, "UNSUPPORTED_PROVIDER");
}

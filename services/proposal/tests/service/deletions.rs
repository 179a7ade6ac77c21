//! Deleting what proposals need: refused while they do, passed on else, and never crossed by a creation.

use std::time::Duration;

use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, deletion_service_client::DeletionServiceClient},
};
use pullwright_rpc::{Refusal, Role, client::Connection};
use pullwright_testkit::wait;
use rstest::rstest;
use tonic::Code;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer},
    hook::Hook,
    runner::pull,
    scene::Scene,
    studies::finished_study,
};

const SOON: Duration = Duration::from_secs(10);

/// What can be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    ConfigRepo,
    Cluster,
    Template,
}

impl What {
    const ALL: [Self; 3] = [Self::ConfigRepo, Self::Cluster, Self::Template];

    fn id(self, ledger: &Harness) -> String {
        match self {
            Self::ConfigRepo => ledger.registry.repository_of(&ledger.cluster),
            Self::Cluster => ledger.cluster.clone(),
            Self::Template => ledger.template.clone(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::ConfigRepo => "the config repository of cluster products",
            Self::Cluster => "cluster products",
            Self::Template => "version 3 of query template product_search",
        }
    }

    fn reasons(self) -> (ErrorReason, ErrorReason) {
        match self {
            Self::ConfigRepo => (ErrorReason::ConfigRepoInUse, ErrorReason::ConfigRepoNotFound),
            Self::Cluster => (ErrorReason::ClusterInUse, ErrorReason::ClusterNotFound),
            Self::Template => (ErrorReason::TemplateInUse, ErrorReason::TemplateNotFound),
        }
    }
}

/// Deletes something as ingress.
pub async fn delete(ledger: &Harness, what: What, id: &str, etag: &str) -> Result<(), Refusal> {
    let client = DeletionServiceClient::new(ledger.connection(Role::Ingress));
    call(client, what, id.to_owned(), etag.to_owned()).await
}

async fn call(
    mut client: DeletionServiceClient<Connection>,
    what: What,
    id: String,
    etag: String,
) -> Result<(), Refusal> {
    match what {
        What::ConfigRepo => {
            let request = v1::DeleteConfigRepoRequest { config_repo_id: id, etag };
            answer(client.delete_config_repo(request).await).map(drop)
        }
        What::Cluster => {
            let request = v1::DeleteClusterRequest { cluster_id: id, etag };
            answer(client.delete_cluster(request).await).map(drop)
        }
        What::Template => {
            let request = v1::DeleteQueryTemplateRequest { query_template_id: id, etag };
            answer(client.delete_query_template(request).await).map(drop)
        }
    }
}

#[rstest]
#[case(What::ConfigRepo)]
#[case(What::Cluster)]
#[case(What::Template)]
#[tokio::test]
async fn what_a_pending_proposal_needs_is_not_deleted_until_it_is_rejected(#[case] what: What) {
    let ledger = Harness::start().await;
    let (id, (in_use, not_found)) = (what.id(&ledger), what.reasons());
    let oldest = ledger.manual().await.id;
    let (second, third) = (ledger.manual().await.id, ledger.manual().await.id);
    let refusal = delete(&ledger, what, &id, "").await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (Code::FailedPrecondition, in_use));
    for said in [id.as_str(), &oldest, "pending", "2 more", "reject it"] {
        assert!(refusal.message.contains(said), "{said} in {}", refusal.message);
    }
    assert!(ledger.registry.has(&id), "the registry was not asked");

    for proposal in [&oldest, &second, &third] {
        ledger.reject(proposal, "").await.unwrap();
    }
    delete(&ledger, what, &id, "").await.unwrap();
    assert!(!ledger.registry.has(&id));
    assert_eq!(delete(&ledger, what, &id, "").await.unwrap_err().reason, not_found);
}

#[tokio::test]
async fn what_nobody_needs_is_deleted_and_everything_else_stays() {
    let ledger = Harness::start().await;
    let (cluster, template) =
        (ledger.registry.wired_cluster("spare"), ledger.registry.template("spare", "{}"));
    let repo = ledger.registry.repository_of(&cluster);
    let needed = ledger.manual().await;
    for (what, id) in
        [(What::Template, &template), (What::Cluster, &cluster), (What::ConfigRepo, &repo)]
    {
        delete(&ledger, what, id, "").await.unwrap();
        assert!(!ledger.registry.has(id), "{what:?}");
    }
    ledger.open(&needed.id).await.unwrap();
}

#[tokio::test]
async fn what_the_registry_refuses_is_heard_as_it_was_said() {
    let ledger = Harness::start().await;
    for what in What::ALL {
        let id = what.id(&ledger);
        ledger.registry.set_etag(&id, "\"2\"");
        let refusal = delete(&ledger, what, &id, "\"1\"").await.unwrap_err();
        assert_eq!((refusal.code, refusal.reason), (Code::Aborted, ErrorReason::EtagMismatch));
        assert_eq!(refusal.message, "it changed since its etag was read");
        for unknown in ["nothing", "", &Uuid::now_v7().to_string()] {
            let refusal = delete(&ledger, what, unknown, "").await.unwrap_err();
            assert_eq!((refusal.code, refusal.reason), (Code::NotFound, what.reasons().1));
        }
    }
    // After a refusal everything can be created as before.
    ledger.manual().await;
}

#[tokio::test]
async fn a_deletion_that_nobody_answered_may_still_happen_so_nothing_is_created_meanwhile() {
    let ledger = Harness::start().await;
    ledger.registry.set_away(true);
    let refusal = delete(&ledger, What::Cluster, &ledger.cluster, "").await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::Unavailable, ErrorReason::ServiceUnavailable)
    );
    ledger.registry.set_away(false);
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
    assert!(refusal.message.contains("cluster products is being deleted"), "{}", refusal.message);
    // Deleting again settles it.
    delete(&ledger, What::Cluster, &ledger.cluster, "").await.unwrap();
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterNotFound);
}

#[tokio::test]
async fn an_open_pull_request_needs_its_repository_until_it_is_merged_and_its_jobs_are_over() {
    let scene = Scene::opened().await;
    let ledger = &scene.ledger;
    for what in What::ALL {
        let refusal = delete(ledger, what, &what.id(ledger), "").await.unwrap_err();
        assert_eq!(refusal.reason, what.reasons().0);
        assert!(
            refusal.message.contains("merge the pull request or reject"),
            "{}",
            refusal.message
        );
    }
    // As a runner's work that is not over: the comment below a merged pull request.
    Hook::merged(&scene.repository, 7, 2).outcome(ledger).await;
    ledger
        .sql(
            "INSERT INTO jobs (id, kind, subject, generation, lane)
             SELECT gen_random_uuid(), 'comment_pull_request', id, 1, (SELECT key FROM lanes LIMIT 1)
             FROM proposals
             WHERE id = $1",
            &scene.id,
        )
        .await;
    for what in What::ALL {
        let refusal = delete(ledger, what, &what.id(ledger), "").await.unwrap_err();
        assert!(refusal.message.contains("wait until the job is over"), "{}", refusal.message);
    }
    ledger
        .sql("UPDATE jobs SET ended_at = now(), outcome = 'completed' WHERE subject = $1 AND ended_at IS NULL", &scene.id)
        .await;
    let id = What::ConfigRepo.id(ledger);
    delete(ledger, What::ConfigRepo, &id, "").await.unwrap();
    delete(ledger, What::Cluster, &ledger.cluster, "").await.unwrap();
    delete(ledger, What::Template, &ledger.template, "").await.unwrap();
}

#[tokio::test]
async fn the_repository_that_a_rewired_cluster_would_write_to_next_is_needed_and_the_old_one_is_not()
 {
    let ledger = Harness::start().await;
    let pending = ledger.manual().await.id;
    let old = ledger.registry.repository_of(&ledger.cluster);
    let others = ["one", "two"].map(|name| ledger.registry.wired_cluster(name));
    ledger.registry.rewire(&ledger.cluster, &others[0]);
    ledger.registry.rewire(&others[1], &others[0]);
    let new = ledger.registry.repository_of(&ledger.cluster);
    let refusal = delete(&ledger, What::ConfigRepo, &new, "").await.unwrap_err();
    assert!(refusal.message.contains(&pending), "{}", refusal.message);
    delete(&ledger, What::ConfigRepo, &old, "").await.unwrap();
}

#[tokio::test]
async fn a_generation_that_is_on_its_way_needs_the_repository_that_it_froze() {
    let scene = Scene::leased().await;
    let ledger = &scene.ledger;
    scene.work.announce('b').await.unwrap();
    let other = ledger.registry.wired_cluster("other");
    ledger.registry.rewire(&ledger.cluster, &other);
    let refusal = delete(ledger, What::ConfigRepo, &scene.repository, "").await.unwrap_err();
    assert!(refusal.message.contains("on its way"), "{}", refusal.message);
    scene.work.opened(pull(7, 1)).await.unwrap();
    let refusal = delete(ledger, What::ConfigRepo, &scene.repository, "").await.unwrap_err();
    assert!(refusal.message.contains("whose pull request is open"), "{}", refusal.message);
}

/// §22.5: the detail of a proposal whose cluster is gone is no error.
#[rstest]
#[case(
    What::ConfigRepo,
    "the config repository of cluster products was deleted",
    "wire the cluster"
)]
#[case(What::Cluster, "cluster products was deleted", "create one")]
#[case(What::Template, "version 3 of query template product_search was deleted", "create one")]
#[tokio::test]
async fn a_proposal_whose_target_was_deleted_is_shown_whole_and_cannot_be_opened(
    #[case] what: What,
    #[case] said: &str,
    #[case] remedy: &str,
) {
    let ledger = Harness::start().await;
    let created = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let before = ledger.get(&created.proposal_id).await.unwrap();
    // The registry is told behind the ledger's back, as a reinstated proposal would find it.
    ledger.registry.forget(&what.id(&ledger));
    assert_eq!(ledger.get(&created.proposal_id).await.unwrap(), before);
    let request = v1::ListProposalsRequest::default();
    let listed = answer(ledger.proposals().list_proposals(request).await).unwrap();
    assert_eq!(listed.proposals[0].cluster, before.cluster);
    let refusal = ledger.open(&created.proposal_id).await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::FailedPrecondition, ErrorReason::ClusterHasNoConfigRepo)
    );
    assert!(
        refusal.message.contains(said) && refusal.message.contains(remedy),
        "{}",
        refusal.message
    );
    ledger.reject(&created.proposal_id, "its target is gone").await.unwrap();
}

#[rstest]
#[case(What::ConfigRepo)]
#[case(What::Cluster)]
#[case(What::Template)]
#[tokio::test]
async fn a_proposal_is_not_created_for_what_was_deleted_after_the_registry_was_asked(
    #[case] what: What,
) {
    let ledger = Harness::start().await;
    let held = ledger.registry.answers().close().await;
    let (mut proposals, request) = (ledger.proposals(), ledger.manual_request());
    let creating = tokio::spawn(async move { answer(proposals.create_proposal(request).await) });
    wait::until("the registry was asked", SOON, || async { ledger.registry.answers().came() == 1 })
        .await
        .unwrap();
    delete(&ledger, what, &what.id(&ledger), "").await.unwrap();
    drop(held);
    let refusal = creating.await.unwrap().unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::Unavailable, ErrorReason::ServiceUnavailable)
    );
    assert!(refusal.message.starts_with(what.name()), "{}", refusal.message);
    assert!(refusal.retry_after.is_some());
    // Asked again, the registry says what is true by now.
    let again = ledger.create(ledger.manual_request()).await;
    match what {
        What::ConfigRepo => assert_eq!(again.unwrap().config_repo_id, ""),
        What::Cluster | What::Template => {
            assert_eq!(again.unwrap_err().reason, what.reasons().1);
        }
    }
}

#[tokio::test]
async fn a_proposal_is_not_created_while_its_cluster_is_being_deleted() {
    let ledger = Harness::start().await;
    let held = ledger.registry.deletions().close().await;
    let (client, id) =
        (DeletionServiceClient::new(ledger.connection(Role::Ingress)), ledger.cluster.clone());
    let deleting = tokio::spawn(call(client, What::Cluster, id, String::new()));
    wait::until("the deletion is under way", SOON, || async {
        ledger.registry.deletions().came() == 1
    })
    .await
    .unwrap();
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
    let refusal = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
    // Nothing else waits for it.
    let other = ledger.registry.wired_cluster("other");
    let request = v1::CreateProposalRequest { cluster_id: other, ..ledger.manual_request() };
    ledger.create(request).await.unwrap();
    drop(held);
    deleting.await.unwrap().unwrap();
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterNotFound);
}

#[tokio::test]
async fn however_creations_and_deletions_cross_no_pending_proposal_is_left_without_its_cluster() {
    let ledger = Harness::start().await;
    for round in 0..20 {
        let cluster = ledger.registry.wired_cluster(&format!("round-{round}"));
        let request =
            v1::CreateProposalRequest { cluster_id: cluster.clone(), ..ledger.manual_request() };
        let creations = (0..4).map(|_| {
            let (mut proposals, request) = (ledger.proposals(), request.clone());
            tokio::spawn(async move { answer(proposals.create_proposal(request).await) })
        });
        let creations: Vec<_> = creations.collect();
        let client = DeletionServiceClient::new(ledger.connection(Role::Ingress));
        let deleting = tokio::spawn(call(client, What::Cluster, cluster.clone(), String::new()));
        let mut created = 0;
        for creation in creations {
            created += usize::from(creation.await.unwrap().is_ok());
        }
        let deleted = deleting.await.unwrap();
        assert_eq!(deleted.is_ok(), created == 0, "round {round}: {created} and {deleted:?}");
        assert_eq!(ledger.registry.has(&cluster), created > 0);
    }
}

#[tokio::test]
async fn a_deletion_whose_end_was_never_written_down_is_over_by_itself() {
    let ledger = Harness::start().await;
    let being_deleted = async |seconds: i32| {
        let sql = format!(
            "INSERT INTO deletions (id, resource_id, ends_at) VALUES (gen_random_uuid(), $1, now() + interval '{seconds} s')"
        );
        ledger.sql(&sql, &ledger.cluster).await;
    };
    being_deleted(-1).await;
    ledger.manual().await;
    being_deleted(30).await;
    let refusal = ledger.create(ledger.manual_request()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
}

#[tokio::test]
async fn a_runner_deletes_nothing() {
    let ledger = Harness::start().await;
    for what in What::ALL {
        let client = DeletionServiceClient::new(ledger.connection(Role::Runner));
        let refused = call(client, what, what.id(&ledger), String::new()).await.unwrap_err();
        assert_eq!(refused.reason, ErrorReason::PermissionDenied);
    }
}

#[tokio::test]
async fn a_cluster_that_was_only_unwired_is_told_from_one_whose_repository_was_deleted() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await.id;
    ledger.registry.unwire(&ledger.cluster);
    let refusal = ledger.open(&proposal).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ClusterHasNoConfigRepo);
    assert!(refusal.message.contains("is wired to no config repository"), "{}", refusal.message);
}

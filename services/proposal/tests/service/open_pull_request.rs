//! Sending a proposal on its way: the preflight's order, one job per intent, and the frozen target.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::{error::ErrorReason, proposal as v1};
use rstest::rstest;
use tonic::Code;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, reason, uuid},
    studies::finished_study,
};

const OPENED: &str = "
    UPDATE proposals
    SET status = 'pr_opened', pr_state = 'open', pr_url = 'https://github.com/acme/x/pull/1', pr_number = 1
    WHERE id = $1";
const FAILED: &str = "
    UPDATE jobs
    SET outcome = 'failed', ended_at = now()
    WHERE subject = $1 AND ended_at IS NULL";

#[tokio::test]
async fn opening_freezes_the_target_and_queues_one_job() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    let opened = ledger.open(&proposal.id).await.unwrap();
    assert_eq!(opened.status(), v1::ProposalStatus::Pending);
    assert!(opened.is_opening);
    assert_eq!(
        (opened.generation, opened.branch),
        (1, format!("pullwright/proposal-{}", proposal.id))
    );

    let repository = ledger.registry.repository_of(&ledger.cluster);
    let db = ledger.db().await;
    let job = db
        .query_one("SELECT * FROM jobs WHERE subject = $1", &[&uuid(&proposal.id)])
        .await
        .unwrap();
    assert_eq!(job.get::<_, String>("lane"), format!("push:{repository}"));
    assert_eq!(job.get::<_, i32>("generation"), 1);
    let frozen = db
        .query_one("SELECT * FROM generations WHERE proposal_id = $1", &[&uuid(&proposal.id)])
        .await
        .unwrap();
    let text = |column: &str| frozen.get::<_, String>(column);
    assert_eq!(frozen.get::<_, Uuid>("repository_id"), uuid(&repository));
    assert_eq!(
        (text("host"), text("owner"), text("name")),
        ("https://github.com".into(), "acme".into(), "products-config".into())
    );
    assert_eq!(
        (text("base_branch"), text("config_path")),
        ("main".into(), "configs/products".into())
    );
    assert_eq!(text("declared_params_json"), crate::harness::DECLARED);
    assert_eq!(
        (text("author_name"), text("author_email"), text("brand")),
        ("pullwright-bot".into(), "bot@example.com".into(), "pullwright".into())
    );
    assert_eq!(
        hex::encode(frozen.get::<_, Vec<u8>>("config_diff_sha256")),
        proposal.config_diff_sha256
    );
    assert_eq!(ledger.kinds(&proposal.id).await, ["proposal_created", "open_requested"]);
}

#[tokio::test]
async fn a_study_backed_branch_is_named_after_the_study() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let opened = ledger.open(&study.proposal_id).await.unwrap();
    assert_eq!(opened.branch, format!("pullwright/study-{}", study.study_id));
}

/// AC-12's half that is the ledger's: two clicks within an instant are one job and the same answer.
#[tokio::test]
async fn a_double_click_is_one_job_and_one_answer() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    let (one, two) = tokio::join!(ledger.open(&proposal.id), ledger.open(&proposal.id));
    assert_eq!(one.unwrap(), two.unwrap());
    const JOBS: &str = "SELECT count(*) AS n FROM jobs WHERE subject = $1";
    const WANTED: &str = "SELECT wanted AS n FROM jobs WHERE subject = $1";
    assert_eq!(ledger.count(JOBS, &proposal.id).await, 1);
    assert_eq!(ledger.count(WANTED, &proposal.id).await, 2);
    assert_eq!(
        ledger.kinds(&proposal.id).await,
        ["proposal_created", "open_requested", "open_requested"]
    );
}

/// AC-6.
#[rstest]
#[case::opened(OPENED, "pr_opened")]
#[case::merged(
    "UPDATE proposals SET status = 'pr_merged', pr_state = 'merged', pr_url = 'u', pr_merged_at = now() WHERE id = $1",
    "pr_merged"
)]
#[case::rejected("UPDATE proposals SET status = 'rejected' WHERE id = $1", "rejected")]
#[case::superseded("UPDATE proposals SET status = 'superseded' WHERE id = $1", "superseded")]
#[tokio::test]
async fn only_a_pending_proposal_is_opened(#[case] sql: &str, #[case] status: &str) {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.sql(sql, &proposal.id).await;
    let refusal = ledger.open(&proposal.id).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.code),
        (ErrorReason::InvalidStateTransition, Code::FailedPrecondition)
    );
    assert!(refusal.message.contains(status), "{refusal}");
    assert_eq!(ledger.open_jobs(&proposal.id).await, 0);
    assert_eq!(ledger.kinds(&proposal.id).await, ["proposal_created"]);
}

/// Everything that is wrong with a proposal at once, taken away one by one: the answers come in the order of the preflight.
#[tokio::test]
async fn the_preflight_asks_in_its_order() {
    let ledger = Harness::start().await;
    assert_eq!(
        reason(ledger.open(&Uuid::now_v7().to_string()).await),
        ErrorReason::ProposalNotFound
    );

    let proposal = ledger.manual().await;
    ledger.registry.change_repository(&ledger.cluster, |repository| {
        repository.has_credential = false;
        repository.credential_problem = "secret `acme_pat` does not exist".into();
    });
    let cluster = ledger.registry.unwired_cluster("lonely");
    let lonely =
        v1::CreateProposalRequest { cluster_id: cluster.clone(), ..ledger.manual_request() };
    let lonely = ledger.create(lonely).await.unwrap();
    ledger.sql(OPENED, &lonely.id).await;
    assert_eq!(
        reason(ledger.open(&lonely.id).await),
        ErrorReason::InvalidStateTransition,
        "the state comes first"
    );
    ledger.sql("UPDATE proposals SET status = 'pending', pr_state = NULL, pr_url = NULL, pr_number = NULL WHERE id = $1", &lonely.id).await;

    let unwired = ledger.open(&lonely.id).await.unwrap_err();
    assert_eq!(
        (unwired.reason, unwired.code),
        (ErrorReason::ClusterHasNoConfigRepo, Code::FailedPrecondition)
    );
    let unwired_since = ledger.registry.wired_cluster("unwired-since");
    let request =
        v1::CreateProposalRequest { cluster_id: unwired_since.clone(), ..ledger.manual_request() };
    let cut_off = ledger.create(request).await.unwrap();
    ledger.registry.unwire(&unwired_since);
    assert_eq!(
        reason(ledger.open(&cut_off.id).await),
        ErrorReason::ClusterHasNoConfigRepo,
        "today's wiring counts"
    );
    ledger.registry.forget_cluster(&cluster);
    assert_eq!(
        reason(ledger.open(&lonely.id).await),
        ErrorReason::ClusterHasNoConfigRepo,
        "a deleted cluster is wired to nothing"
    );

    let unconfigured = ledger.open(&proposal.id).await.unwrap_err();
    assert_eq!(
        (unconfigured.reason, unconfigured.code),
        (ErrorReason::GithubNotConfigured, Code::Unavailable)
    );
    assert!(
        unconfigured.retry_after.is_some() && unconfigured.message.contains("acme_pat"),
        "{unconfigured}"
    );

    ledger.registry.set_away(true);
    let away = ledger.open(&proposal.id).await.unwrap_err();
    assert_eq!((away.reason, away.code), (ErrorReason::ServiceUnavailable, Code::Unavailable));
    for id in [&proposal.id, &lonely.id] {
        assert_eq!(ledger.open_jobs(id).await, 0);
        assert_eq!(ledger.get(id).await.unwrap().generation, 0);
    }
}

#[tokio::test]
async fn a_registry_that_is_silent_is_waited_for_five_seconds() {
    let ledger = Harness::start_with(|settings| {
        // A listener that nobody accepts from.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        settings.registry.address = tonic::transport::Endpoint::from_shared(format!(
            "http://{}",
            silent.local_addr().unwrap()
        ))
        .unwrap();
        std::mem::forget(silent);
    })
    .await;
    let called =
        tokio::time::timeout(Duration::from_secs(8), ledger.create(ledger.manual_request())).await;
    assert_eq!(reason(called.expect("the call has an end")), ErrorReason::ServiceUnavailable);
}

#[tokio::test]
async fn a_proposal_without_its_digest_is_not_opened() {
    let ledger = Harness::start().await;
    let request = v1::CreateStudyRequest { digest: None, ..finished_study(&ledger) };
    let study = answer(ledger.studies().create_study(request).await).unwrap();
    let refusal = ledger.open(&study.proposal_id).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    assert!(refusal.message.contains("digest"), "{refusal}");
}

#[tokio::test]
async fn a_failed_attempt_that_announced_nothing_gets_the_target_of_the_new_click() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    ledger.sql(FAILED, &proposal.id).await;
    ledger
        .sql(
            "UPDATE proposals SET pr_open_error = 'CLONE_FAILED: gone' WHERE id = $1",
            &proposal.id,
        )
        .await;
    ledger.registry.change_repository(&ledger.cluster, |repository| {
        repository.pr_base_branch = "release".into()
    });

    let opened = ledger.open(&proposal.id).await.unwrap();
    assert_eq!((opened.generation, opened.pull_request_error.as_str()), (1, ""));
    assert_eq!(base_branch(&ledger, &proposal.id).await, "release");
    assert_eq!(ledger.open_jobs(&proposal.id).await, 1);
    let events = ledger.events(&proposal.id).await;
    assert_eq!(events.last().unwrap().facts["previous_error"], "CLONE_FAILED: gone");
}

#[rstest]
#[case::announced(
    "INSERT INTO announcements (proposal_id, generation, base_oid, head_oid) VALUES ($1, 1, repeat('a', 40), repeat('b', 40))",
    true
)]
#[case::pull_request_known(
    "UPDATE generations SET pr_number = 7, pr_url = 'u', pr_state = 'open' WHERE proposal_id = $1",
    true
)]
#[case::on_its_way("SELECT $1::uuid", false)]
#[tokio::test]
async fn the_target_stays_once_something_is_under_way(#[case] begun: &str, #[case] failed: bool) {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    ledger.sql(begun, &proposal.id).await;
    if failed {
        ledger.sql(FAILED, &proposal.id).await;
    }
    ledger.registry.change_repository(&ledger.cluster, |repository| {
        repository.pr_base_branch = "release".into()
    });
    ledger.open(&proposal.id).await.unwrap();
    assert_eq!(base_branch(&ledger, &proposal.id).await, "main");
    assert_eq!(ledger.open_jobs(&proposal.id).await, 1);
}

async fn base_branch(ledger: &Harness, proposal: &str) -> String {
    const SQL: &str = "SELECT base_branch FROM generations WHERE proposal_id = $1";
    ledger.db().await.query_one(SQL, &[&uuid(proposal)]).await.unwrap().get("base_branch")
}

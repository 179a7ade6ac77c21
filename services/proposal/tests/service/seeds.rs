//! What a development environment is seeded with: the same numbers each time, all or nothing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use pullwright_pg::Queries as _;
use pullwright_proposal::migrations;
use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, development_service_client::DevelopmentServiceClient},
};
use pullwright_rpc::{Refusal, Role, client::Connection};
use pullwright_settings::Deployment;
use rstest::rstest;
use uuid::Uuid;

use crate::harness::{Harness, answer, change, fields, reason, uuid};

/// A ledger of a development environment.
pub async fn development() -> Harness {
    Harness::start_with(|settings| settings.deployment = Deployment::Development).await
}

/// The development service as ingress sees it.
pub fn client(ledger: &Harness) -> DevelopmentServiceClient<Connection> {
    DevelopmentServiceClient::new(ledger.connection(Role::Ingress))
}

/// A study to seed, with a query set and a judgment list of its own.
pub fn study(ledger: &Harness) -> v1::SeedCompletedStudyRequest {
    v1::SeedCompletedStudyRequest {
        cluster_id: ledger.cluster.clone(),
        query_set_id: Uuid::now_v7().to_string(),
        template_id: ledger.template.clone(),
        judgment_list_id: Uuid::now_v7().to_string(),
        ..v1::SeedCompletedStudyRequest::default()
    }
}

/// Seeds a study.
pub async fn seed(
    ledger: &Harness,
    request: v1::SeedCompletedStudyRequest,
) -> Result<v1::SeedCompletedStudyResponse, Refusal> {
    answer(client(ledger).seed_completed_study(request).await)
}

fn chain(ledger: &Harness, depth: i32) -> v1::SeedChainRequest {
    v1::SeedChainRequest {
        cluster_id: ledger.cluster.clone(),
        query_set_id: Uuid::now_v7().to_string(),
        template_id: ledger.template.clone(),
        judgment_list_id: Uuid::now_v7().to_string(),
        depth,
        ..v1::SeedChainRequest::default()
    }
}

/// Seeds a chain of a root and `depth` more.
pub async fn seed_chain(ledger: &Harness, depth: i32) -> v1::SeedChainResponse {
    answer(client(ledger).seed_chain(chain(ledger, depth)).await).unwrap()
}

async fn get_study(ledger: &Harness, id: &str) -> v1::Study {
    let request = v1::GetStudyRequest { study_id: id.to_owned() };
    answer(ledger.studies().get_study(request).await).unwrap().study.unwrap()
}

#[tokio::test]
async fn the_seeded_study_has_the_numbers_that_clients_rely_on() {
    let ledger = development().await;
    let request =
        v1::SeedCompletedStudyRequest { extra_trial_metrics: vec![0.3, 0.4869], ..study(&ledger) };
    let seeded = seed(&ledger, request).await.unwrap();
    let found = get_study(&ledger, &seeded.study_id).await;
    assert_eq!(found.name, format!("e2e-seed-{}", &seeded.study_id[28..]));
    assert_eq!((found.status.as_str(), found.baseline_metric), ("completed", None));
    assert_eq!(
        found.objective.unwrap(),
        v1::Objective { metric: "ndcg".into(), k: 10, direction: "maximize".into() }
    );
    assert_eq!((found.best_metric, &found.best_trial_id), (Some(0.487), &found.trials[0].id));

    let metrics = |values: &[(&str, f64)]| {
        values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect::<BTreeMap<_, _>>()
    };
    let expected = [
        ("2.5", 1200, metrics(&[("map", 0.412), ("ndcg@10", 0.487), ("precision@10", 0.5)])),
        ("0.8", 1100, metrics(&[("map", 0.351), ("ndcg@10", 0.412), ("precision@10", 0.4)])),
        ("1.5", 1000, metrics(&[("ndcg@10", 0.3)])),
        ("1.6", 1000, metrics(&[("ndcg@10", 0.4869)])),
    ];
    assert_eq!(found.trials.len(), expected.len());
    let mut before: Option<Timestamp> = None;
    for ((trial, number), (boost, duration_ms, metrics)) in
        found.trials.iter().zip(0..).zip(expected)
    {
        assert_eq!(
            (trial.number, trial.status(), trial.is_baseline),
            (number, v1::TrialStatus::Complete, false)
        );
        assert_eq!(trial.params_json, BTreeMap::from([("boost".to_owned(), boost.to_owned())]));
        assert_eq!(
            (trial.primary_metric, trial.duration_ms),
            (Some(metrics["ndcg@10"]), duration_ms)
        );
        assert_eq!(trial.metrics, metrics);
        let [began, ended] = [trial.started_at, trial.ended_at].map(|at| {
            let at = at.unwrap();
            Timestamp::new(at.seconds, at.nanos).unwrap()
        });
        assert_eq!(ended - SignedDuration::from_millis(duration_ms), began);
        if let Some(before) = before {
            assert_eq!(began, before + SignedDuration::from_millis(100));
        }
        before = Some(ended);
    }

    let digest = found.digest.unwrap();
    assert_eq!(digest.id, seeded.digest_id);
    assert_eq!(digest.parameter_importance, BTreeMap::from([("boost".to_owned(), 1.0)]));
    assert_eq!(
        digest.recommended_config_json,
        BTreeMap::from([("boost".to_owned(), "2.5".to_owned())])
    );
    assert_eq!(digest.generated_by, "local:e2e_seed");
    let kinds: Vec<_> = digest.suggested_followups.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["text", "text"]);
}

#[tokio::test]
async fn what_no_client_is_shown_is_recorded_too() {
    let ledger = development().await;
    let seeded = seed(&ledger, study(&ledger)).await.unwrap();
    let row = ledger
        .db()
        .await
        .query_one(
            "SELECT target, search_space_json::jsonb = $2::text::jsonb AS space, config_json::jsonb = $3::text::jsonb AS config,
                    stop_reason, completed_at - started_at = interval '2.4 s' AS took
             FROM studies
             WHERE id = $1",
            &[
                &uuid(&seeded.study_id),
                &r#"{"params": {"boost": {"type": "float", "low": 0.5, "high": 5.0}}}"#,
                &r#"{"max_trials": 2, "sampler": "tpe", "pruner": "none"}"#,
            ],
        )
        .await
        .unwrap();
    let told: (&str, &str) = (row.get("target"), row.get("stop_reason"));
    assert_eq!(told, ("products", "max_trials_reached"));
    assert!(
        row.get::<_, bool>("space") && row.get::<_, bool>("config") && row.get::<_, bool>("took")
    );
}

#[tokio::test]
async fn the_seeded_proposal_shows_its_query_set_and_its_judgment_list() {
    let ledger = development().await;
    let request = v1::SeedCompletedStudyRequest {
        winner_per_query_json: r#"{"red shoes": {"ndcg@10": 0.9}, "bag": {"ndcg@10": 1}}"#.into(),
        runner_up_per_query_json: r#"{"bag": {"ndcg@10": 0.2}}"#.into(),
        ..study(&ledger)
    };
    let (query_set_id, judgment_list_id) =
        (request.query_set_id.clone(), request.judgment_list_id.clone());
    let seeded = seed(&ledger, request).await.unwrap();
    let proposal = ledger.get(&seeded.proposal_id).await.unwrap();
    assert_eq!(proposal.status(), v1::ProposalStatus::Pending);
    assert_eq!(proposal.config_diff, [change("boost", "1.0", "2.5")]);
    let delta = v1::MetricDelta {
        metric: "ndcg@10".into(),
        baseline: Some(0.412),
        achieved: 0.487,
        delta_pct: Some(18.2),
    };
    assert_eq!(proposal.metric_delta, [delta]);
    let study = proposal.study.unwrap();
    assert_eq!(study.best_trial_id, proposal.study_trial_id);
    let query_set = study.query_set.unwrap();
    assert_eq!((query_set.id.as_str(), query_set.query_count), (query_set_id.as_str(), 2));
    assert_eq!(query_set.name, format!("e2e-queries-{}", &query_set_id[28..]));
    let judgments = study.judgment_list.unwrap();
    assert_eq!(
        (judgments.id.as_str(), judgments.status.as_str()),
        (judgment_list_id.as_str(), "complete")
    );
    ledger.open(&seeded.proposal_id).await.unwrap();
}

#[tokio::test]
async fn an_ordinary_study_has_neither_queries_nor_judgments() {
    let ledger = development().await;
    let request = crate::studies::finished_study(&ledger);
    let created = answer(ledger.studies().create_study(request).await).unwrap();
    let study = ledger.get(&created.proposal_id).await.unwrap().study.unwrap();
    assert_eq!((study.query_set, study.judgment_list), (None, None));
}

#[tokio::test]
async fn follow_ups_and_the_proposal_are_as_wanted() {
    let ledger = development().await;
    let wanted = v1::FollowUp {
        kind: "narrow".into(),
        rationale: "look closer".into(),
        search_space_json: r#"{"boost": [2, 3]}"#.into(),
        template_id: String::new(),
    };
    for items in [vec![], vec![wanted]] {
        let request = v1::SeedCompletedStudyRequest {
            suggested_followups: Some(v1::FollowUps { items: items.clone() }),
            with_pending_proposal: Some(false),
            ..study(&ledger)
        };
        let seeded = seed(&ledger, request).await.unwrap();
        assert_eq!(seeded.proposal_id, "");
        let digest = get_study(&ledger, &seeded.study_id).await.digest.unwrap();
        assert_eq!(digest.suggested_followups, items);
    }
}

#[tokio::test]
async fn seeds_share_query_set_and_judgment_list() {
    let ledger = development().await;
    let request = study(&ledger);
    let first = seed(&ledger, request.clone()).await.unwrap();
    let second = seed(&ledger, request.clone()).await.unwrap();
    assert_ne!(first, second);
    let other =
        v1::SeedCompletedStudyRequest { query_set_id: Uuid::now_v7().to_string(), ..request };
    assert_eq!(fields(seed(&ledger, other.clone()).await), ["judgment_list_id"]);
    let sets = "SELECT count(*) AS n FROM query_sets WHERE id = $1";
    assert_eq!(ledger.count(sets, &other.query_set_id).await, 0, "all or nothing");
}

#[tokio::test]
async fn what_is_malformed_is_named_and_nothing_is_seeded() {
    let ledger = development().await;
    let bad = v1::SeedCompletedStudyRequest {
        cluster_id: String::new(),
        query_set_id: "q".into(),
        template_id: "t".into(),
        judgment_list_id: String::new(),
        winner_per_query_json: r#"{"red": 1}"#.into(),
        runner_up_per_query_json: "[]".into(),
        suggested_followups: Some(v1::FollowUps { items: vec![v1::FollowUp::default(); 6] }),
        extra_trial_metrics: vec![0.1, 0.487],
        ..v1::SeedCompletedStudyRequest::default()
    };
    let named = fields(seed(&ledger, bad).await);
    for field in [
        "cluster_id",
        "query_set_id",
        "template_id",
        "judgment_list_id",
        "winner_per_query_json",
        "runner_up_per_query_json",
        "suggested_followups",
        "suggested_followups[0].kind",
        "extra_trial_metrics[1]",
    ] {
        assert!(named.iter().any(|name| name == field), "{field} in {named:?}");
    }
    assert!(!named.iter().any(|name| name == "extra_trial_metrics[0]"));
    let unknown = Uuid::now_v7().to_string();
    let request = v1::SeedCompletedStudyRequest { cluster_id: unknown.clone(), ..study(&ledger) };
    assert_eq!(reason(seed(&ledger, request).await), ErrorReason::ClusterNotFound);
    let request = v1::SeedCompletedStudyRequest { template_id: unknown.clone(), ..study(&ledger) };
    assert_eq!(reason(seed(&ledger, request).await), ErrorReason::TemplateNotFound);
    let all = "SELECT count(*) AS n FROM query_sets WHERE id <> $1";
    assert_eq!(ledger.count(all, &unknown).await, 0);
}

#[tokio::test]
async fn a_seed_that_is_repeated_with_its_request_id_is_the_same_seed() {
    let ledger = development().await;
    let request = v1::SeedCompletedStudyRequest { request_id: "one".into(), ..study(&ledger) };
    let first = seed(&ledger, request.clone()).await.unwrap();
    ledger.registry.set_away(true);
    assert_eq!(seed(&ledger, request.clone()).await.unwrap(), first);
    ledger.registry.set_away(false);
    let other = v1::SeedCompletedStudyRequest { with_pending_proposal: Some(false), ..request };
    assert_eq!(reason(seed(&ledger, other).await), ErrorReason::IdempotencyKeyReused);

    let request = v1::SeedChainRequest { request_id: "two".into(), ..chain(&ledger, 2) };
    let first = answer(client(&ledger).seed_chain(request.clone()).await).unwrap();
    assert_eq!(answer(client(&ledger).seed_chain(request).await).unwrap(), first);
}

#[rstest]
#[case::two(1, None, None, &["completed", "running"])]
#[case::three(2, None, None, &["completed", "running", "running"])]
#[case::six(5, None, None, &["completed", "completed", "completed", "completed", "running", "running"])]
#[case::only_the_leaf(3, None, Some(false), &["completed", "completed", "completed", "running"])]
#[case::only_the_middle(3, Some(false), None, &["completed", "completed", "running", "completed"])]
#[case::none(2, Some(false), Some(false), &["completed", "completed", "completed"])]
#[tokio::test]
async fn a_seeded_chain_is_linked_from_root_to_leaf(
    #[case] depth: i32,
    #[case] in_flight_leaf: Option<bool>,
    #[case] in_flight_middle: Option<bool>,
    #[case] expected: &[&str],
) {
    let ledger = development().await;
    let request =
        v1::SeedChainRequest { in_flight_leaf, in_flight_middle, ..chain(&ledger, depth) };
    let seeded = answer(client(&ledger).seed_chain(request).await).unwrap();
    let mut ids = vec![seeded.root_id];
    ids.extend(seeded.middle_ids);
    ids.push(seeded.leaf_id);
    assert_eq!(ids.len(), expected.len());
    let (mut parent, mut statuses) = (String::new(), Vec::new());
    for (id, left) in ids.iter().zip((0..=depth).rev()) {
        let study = get_study(&ledger, id).await;
        assert_eq!((&study.parent_study_id, study.auto_followup_depth), (&parent, Some(left)));
        let is_completed = study.status == "completed";
        assert_eq!(study.best_metric, is_completed.then_some(0.487));
        assert_eq!((study.trials.len(), study.digest), (if is_completed { 2 } else { 0 }, None));
        statuses.push(study.status);
        parent.clone_from(id);
    }
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_chain_has_one_to_five_links_after_its_root() {
    let ledger = development().await;
    for depth in [-1, 0, 6, i32::MAX] {
        let refused = answer(client(&ledger).seed_chain(chain(&ledger, depth)).await);
        assert_eq!(fields(refused), ["depth"], "{depth}");
    }
}

#[tokio::test]
async fn the_schema_of_seeds_goes_back_and_forth_and_keeps_what_is_not_of_it() {
    let ledger = development().await;
    let request = study(&ledger);
    let seeded = seed(&ledger, request.clone()).await.unwrap();
    let ordinary =
        answer(ledger.studies().create_study(crate::studies::finished_study(&ledger)).await)
            .unwrap();
    seed_chain(&ledger, 2).await;
    let newest = migrations::to(ledger.database(), 3).await.unwrap().reverted[0];
    let kept = "SELECT count(*) AS n FROM proposals JOIN studies ON studies.id = study_id WHERE study_id = $1";
    for study in [&seeded.study_id, &ordinary.study_id] {
        assert_eq!(ledger.count(kept, study).await, 1);
    }
    migrations::to(ledger.database(), newest).await.unwrap();
    let proposal = ledger.get(&seeded.proposal_id).await.unwrap();
    assert_eq!(proposal.study.unwrap().query_set, None);
    seed(&ledger, request).await.unwrap();
}

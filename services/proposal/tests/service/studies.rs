//! Finished studies: what is recorded, what follows from them, what is refused.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_rpc::Refusal;
use rstest::rstest;
use uuid::Uuid;

use crate::harness::{Harness, answer, change, fields, reason};

/// A complete trial.
pub fn trial(number: i32, value: f64) -> v1::Trial {
    v1::Trial {
        number,
        params_json: BTreeMap::from([("boost".to_owned(), "2.50".to_owned())]),
        primary_metric: Some(value),
        metrics: BTreeMap::from([("ndcg@10".to_owned(), value)]),
        duration_ms: 1200,
        status: v1::TrialStatus::Complete.into(),
        ..v1::Trial::default()
    }
}

/// A baseline that is complete.
pub fn baseline(number: i32, value: f64) -> v1::Trial {
    v1::Trial { is_baseline: true, ..trial(number, value) }
}

/// A digest that recommends a boost and one parameter that nobody declares.
pub fn digest() -> v1::Digest {
    v1::Digest {
        narrative: "Raising the boost helps.".into(),
        parameter_importance: BTreeMap::from([
            ("boost".to_owned(), 0.1),
            ("tie_breaker".to_owned(), 0.9),
        ]),
        recommended_config_json: BTreeMap::from([
            ("boost".to_owned(), "2.50".to_owned()),
            ("tie_breaker".to_owned(), "0.34".to_owned()),
            ("gone".to_owned(), "1".to_owned()),
        ]),
        suggested_followups: vec![v1::FollowUp {
            kind: "narrow".into(),
            rationale: "look closer".into(),
            search_space_json: r#"{"boost": [2, 3]}"#.into(),
            template_id: String::new(),
        }],
        generated_by: "optimiser".into(),
        ..v1::Digest::default()
    }
}

/// A study with a baseline, two trials, one of them failed, and a digest.
pub fn finished_study(ledger: &Harness) -> v1::CreateStudyRequest {
    let failed = v1::Trial {
        primary_metric: None,
        status: v1::TrialStatus::Failed.into(),
        error: "out of memory".into(),
        ..trial(2, 0.0)
    };
    v1::CreateStudyRequest {
        name: "products, spring".into(),
        cluster_id: ledger.cluster.clone(),
        template_id: ledger.template.clone(),
        objective: Some(v1::Objective {
            metric: "ndcg".into(),
            k: 10,
            direction: "maximize".into(),
        }),
        trials: vec![baseline(0, 0.412), trial(1, 0.487), failed],
        digest: Some(digest()),
        config_diff: None,
        metric_delta: None,
        ..v1::CreateStudyRequest::default()
    }
}

async fn create(
    ledger: &Harness,
    request: v1::CreateStudyRequest,
) -> Result<v1::CreateStudyResponse, Refusal> {
    answer(ledger.studies().create_study(request).await)
}

async fn get(ledger: &Harness, study_id: &str) -> v1::Study {
    let request = v1::GetStudyRequest { study_id: study_id.to_owned() };
    answer(ledger.studies().get_study(request).await).unwrap().study.unwrap()
}

#[tokio::test]
async fn a_finished_study_becomes_a_pending_proposal() {
    let ledger = Harness::start().await;
    ledger.clock.advance(SignedDuration::from_secs(5));
    let created = create(&ledger, finished_study(&ledger)).await.unwrap();
    let proposal = ledger.get(&created.proposal_id).await.unwrap();
    assert_eq!(proposal.status(), v1::ProposalStatus::Pending);
    assert_eq!(
        proposal.config_diff,
        [change("boost", "1.0", "2.50"), change("tie_breaker", "0.5", "0.34")]
    );
    let delta = v1::MetricDelta {
        metric: "ndcg@10".into(),
        baseline: Some(0.412),
        achieved: 0.487,
        delta_pct: Some(18.2),
    };
    assert_eq!(proposal.metric_delta, [delta]);
    let study = proposal.study.unwrap();
    assert_eq!(
        (study.id.as_str(), study.name.as_str(), study.status.as_str()),
        (created.study_id.as_str(), "products, spring", "completed")
    );
    assert_eq!((study.best_metric, study.best_trial_id), (Some(0.487), proposal.study_trial_id));
    let shown = proposal.digest.unwrap();
    assert_eq!(
        (shown.id, shown.narrative.as_str()),
        (created.digest_id, "Raising the boost helps.")
    );
    assert_eq!(shown.recommended_config_json["boost"], "2.50");
    assert_eq!(
        shown.generated_at.unwrap().seconds,
        1_767_323_050,
        "it was written now, as nobody said when"
    );
}

#[tokio::test]
async fn a_study_is_given_back_as_it_was_recorded_but_for_values_per_query() {
    let ledger = Harness::start().await;
    let mut request = finished_study(&ledger);
    request.trials[1].per_query_metrics_json = r#"{"red shoes": {"ndcg@10": 0.9}}"#.into();
    request.trials[1].started_at =
        Some(prost_types::Timestamp { seconds: 1_767_000_000, nanos: 5_000 });
    request.trials[1].params_json.insert("vector".into(), r#"{"k" : 1e1}"#.into());
    let created = create(&ledger, request.clone()).await.unwrap();
    let study = get(&ledger, &created.study_id).await;
    assert_eq!(study.objective, request.objective);
    assert_eq!((study.baseline_metric, study.best_metric), (Some(0.412), Some(0.487)));
    assert_eq!(study.best_trial_id, study.trials[1].id);
    assert_eq!(study.trials.len(), 3);
    for (recorded, sent) in study.trials.iter().zip(&request.trials) {
        let expected = v1::Trial {
            id: recorded.id.clone(),
            per_query_metrics_json: String::new(),
            ..sent.clone()
        };
        assert_eq!(*recorded, expected);
    }
    const KEPT: &str = "SELECT count(*) AS n FROM trials WHERE study_id = $1 AND per_query_metrics_json IS NOT NULL";
    assert_eq!(ledger.count(KEPT, &created.study_id).await, 1);
}

#[tokio::test]
async fn without_a_digest_the_proposal_waits_with_an_empty_diff() {
    let ledger = Harness::start().await;
    let request = v1::CreateStudyRequest { digest: None, ..finished_study(&ledger) };
    let created = create(&ledger, request).await.unwrap();
    assert_eq!(created.digest_id, "");
    let proposal = ledger.get(&created.proposal_id).await.unwrap();
    assert!(
        proposal.config_diff.is_empty()
            && proposal.metric_delta.is_empty()
            && proposal.digest.is_none()
    );
    let request = v1::GetDigestRequest { study_id: created.study_id };
    assert_eq!(
        reason(answer(ledger.studies().get_digest(request).await)),
        ErrorReason::DigestNotReady
    );
}

/// T3.
#[rstest]
#[case::no_trials(vec![], digest())]
#[case::only_the_baseline(vec![baseline(0, 0.4)], digest())]
#[case::nothing_declared(vec![trial(0, 0.4)], v1::Digest { recommended_config_json: BTreeMap::from([("gone".into(), "1".into())]), ..digest() })]
#[tokio::test]
async fn without_anything_to_propose_there_is_no_proposal(
    #[case] trials: Vec<v1::Trial>,
    #[case] digest: v1::Digest,
) {
    let ledger = Harness::start().await;
    let request =
        v1::CreateStudyRequest { trials, digest: Some(digest), ..finished_study(&ledger) };
    let created = create(&ledger, request).await.unwrap();
    assert_eq!(created.proposal_id, "");
    assert_ne!(created.digest_id, "");
    assert_eq!(get(&ledger, &created.study_id).await.digest.unwrap().id, created.digest_id);
}

#[rstest]
#[case::maximize("maximize", vec![trial(3, 0.9), trial(1, 0.9), trial(2, 0.1)], 1)]
#[case::minimize("minimize", vec![trial(1, 0.9), trial(2, 0.1), trial(3, 0.1)], 2)]
#[case::not_the_baseline("maximize", vec![baseline(0, 0.99), trial(1, 0.5)], 1)]
#[tokio::test]
async fn the_best_trial_follows_the_direction(
    #[case] direction: &str,
    #[case] trials: Vec<v1::Trial>,
    #[case] best: i32,
) {
    let ledger = Harness::start().await;
    let objective = Some(v1::Objective { metric: "mrr".into(), k: 0, direction: direction.into() });
    let request = v1::CreateStudyRequest { objective, trials, ..finished_study(&ledger) };
    let created = create(&ledger, request).await.unwrap();
    let study = get(&ledger, &created.study_id).await;
    let winner = study.trials.iter().find(|trial| trial.id == study.best_trial_id).unwrap();
    assert_eq!(winner.number, best);
    assert_eq!(ledger.get(&created.proposal_id).await.unwrap().metric_delta[0].metric, "mrr");
}

#[tokio::test]
async fn what_the_caller_says_about_the_proposal_wins() {
    let ledger = Harness::start().await;
    let given =
        v1::MetricDelta { metric: "map".into(), baseline: None, achieved: 0.5, delta_pct: None };
    let request = v1::CreateStudyRequest {
        config_diff: Some(v1::ConfigDiff { changes: vec![change("anything", "null", "[1, 2]")] }),
        metric_delta: Some(v1::MetricDeltas { deltas: vec![given.clone()] }),
        ..finished_study(&ledger)
    };
    let created = create(&ledger, request).await.unwrap();
    let proposal = ledger.get(&created.proposal_id).await.unwrap();
    assert_eq!(proposal.config_diff, [change("anything", "null", "[1, 2]")]);
    assert_eq!(proposal.metric_delta, [given]);
}

#[tokio::test]
async fn ten_thousand_trials_are_recorded_and_one_more_is_refused() {
    let ledger = Harness::start().await;
    let mut request = finished_study(&ledger);
    request.trials = (0..10_000).map(|number| trial(number, f64::from(number))).collect();
    let created = create(&ledger, request.clone()).await.unwrap();
    const TRIALS: &str = "SELECT count(*) AS n FROM trials WHERE study_id = $1";
    assert_eq!(ledger.count(TRIALS, &created.study_id).await, 10_000);
    request.trials.push(trial(10_000, 1.0));
    assert_eq!(fields(create(&ledger, request).await), ["trials"]);
}

type R = v1::CreateStudyRequest;
type Change = fn(&mut R);

#[rstest]
#[case::no_name(|r: &mut R| r.name.clear(), &["name"])]
#[case::cluster(|r: &mut R| r.cluster_id = "x".into(), &["cluster_id"])]
#[case::no_objective(|r: &mut R| r.objective = None, &["objective"])]
#[case::direction(|r: &mut R| r.objective.as_mut().unwrap().direction = "up".into(), &["objective.direction"])]
#[case::metric(|r: &mut R| r.objective.as_mut().unwrap().metric = "f1".into(), &["objective.metric"])]
#[case::no_cut_off(|r: &mut R| r.objective.as_mut().unwrap().k = 0, &["objective.k"])]
#[case::odd_cut_off(|r: &mut R| r.objective.as_mut().unwrap().k = 7, &["objective.k"])]
#[case::same_number(|r: &mut R| r.trials[1].number = 0, &["trials[1].number"])]
#[case::negative_number(|r: &mut R| r.trials[1].number = -1, &["trials[1].number"])]
#[case::no_status(|r: &mut R| r.trials[1].status = 0, &["trials[1].status", "trials[1].primary_metric"])]
#[case::no_value(|r: &mut R| r.trials[1].primary_metric = None, &["trials[1].primary_metric"])]
#[case::no_number(|r: &mut R| r.trials[1].primary_metric = Some(f64::NAN), &["trials[1].primary_metric"])]
#[case::two_baselines(|r: &mut R| r.trials[1].is_baseline = true, &["trials[1].is_baseline"])]
#[case::params(|r: &mut R| { r.trials[1].params_json.insert("boost".into(), "two".into()); }, &["trials[1].params_json[boost]"])]
#[case::metrics(|r: &mut R| { r.trials[1].metrics.insert("map".into(), f64::INFINITY); }, &["trials[1].metrics[map]"])]
#[case::per_query(|r: &mut R| r.trials[1].per_query_metrics_json = "[]".into(), &["trials[1].per_query_metrics_json"])]
#[case::no_narrative(|r: &mut R| r.digest.as_mut().unwrap().narrative.clear(), &["digest.narrative"])]
#[case::recommendation(
    |r: &mut R| { r.digest.as_mut().unwrap().recommended_config_json.insert("boost".into(), "1e999".into()); },
    &["digest.recommended_config_json[boost]"]
)]
#[case::follow_ups(
    |r: &mut R| r.digest.as_mut().unwrap().suggested_followups = vec![digest().suggested_followups[0].clone(); 6],
    &["digest.suggested_followups"]
)]
#[case::kind(|r: &mut R| r.digest.as_mut().unwrap().suggested_followups[0].kind = "guess".into(), &["digest.suggested_followups[0].kind"])]
#[case::swap(
    |r: &mut R| r.digest.as_mut().unwrap().suggested_followups[0].kind = "swap_template".into(),
    &["digest.suggested_followups[0].template_id"]
)]
#[case::space(
    |r: &mut R| r.digest.as_mut().unwrap().suggested_followups[0].search_space_json = "[]".into(),
    &["digest.suggested_followups[0].search_space_json"]
)]
#[case::empty_diff(|r: &mut R| r.config_diff = Some(v1::ConfigDiff::default()), &["config_diff.changes"])]
#[tokio::test]
async fn a_malformed_study_names_its_fields(#[case] change: Change, #[case] expected: &[&str]) {
    let ledger = Harness::start().await;
    let mut request = finished_study(&ledger);
    change(&mut request);
    assert_eq!(fields(create(&ledger, request).await), expected);
}

#[tokio::test]
async fn a_digest_that_does_not_say_by_whom_was_written_by_the_caller() {
    let ledger = Harness::start().await;
    let digest = Some(v1::Digest { generated_by: String::new(), ..digest() });
    let created = create(&ledger, v1::CreateStudyRequest { digest, ..finished_study(&ledger) })
        .await
        .unwrap();
    assert_eq!(get(&ledger, &created.study_id).await.digest.unwrap().generated_by, "client");
}

#[tokio::test]
async fn an_unknown_study_is_not_found() {
    let ledger = Harness::start().await;
    let study_id = Uuid::now_v7().to_string();
    let request = v1::GetStudyRequest { study_id: study_id.clone() };
    assert_eq!(
        reason(answer(ledger.studies().get_study(request).await)),
        ErrorReason::StudyNotFound
    );
    let request = v1::GetDigestRequest { study_id };
    assert_eq!(
        reason(answer(ledger.studies().get_digest(request).await)),
        ErrorReason::StudyNotFound
    );
}

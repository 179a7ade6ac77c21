//! How sure one may be of a study's winner, and that what people searched for stays in the ledger.

use pullwright_proposal::domain::confidence::QueryTexts;
use pullwright_proto::{
    job::{OpenPullRequestSpec, PlanPullRequestRequest},
    proposal as v1,
};
use rstest::rstest;

use crate::{
    harness::{Harness, answer},
    runner::Runner,
    studies::{baseline, finished_study, trial},
};

/// Part of every query of these tests, and of nothing else.
const SECRET: &str = "xyzzy";

/// A trial with these values of `ndcg@10`, each of a query of its own.
fn with_queries(trial: v1::Trial, values: &[f64]) -> v1::Trial {
    let member = |(at, value)| format!(r#""{SECRET} {at}": {{"mrr": 1, "ndcg@10": {value:?}}}"#);
    let members: Vec<_> = values.iter().enumerate().map(member).collect();
    v1::Trial { per_query_metrics_json: format!("{{{}}}", members.join(", ")), ..trial }
}

/// Twelve trials and a baseline, of which three know their queries.
fn trials() -> Vec<v1::Trial> {
    let mut trials: Vec<_> =
        (1..=12).map(|number| trial(number, 0.3 + f64::from(number) / 1000.0)).collect();
    trials[3] = with_queries(trial(4, 0.48), &[0.9, 0.5, 0.5, 0.3, 0.2]);
    trials[4] = with_queries(trial(5, 0.4), &[0.0; 5]);
    trials.push(with_queries(baseline(0, 0.412), &[0.5, 0.505, 0.8, 0.31, 0.1]));
    trials
}

async fn recorded(ledger: &Harness, trials: Vec<v1::Trial>) -> v1::CreateStudyResponse {
    let request = v1::CreateStudyRequest { trials, ..finished_study(ledger) };
    answer(ledger.studies().create_study(request).await).unwrap()
}

async fn study(ledger: &Harness, id: &str) -> v1::Study {
    let request = v1::GetStudyRequest { study_id: id.to_owned() };
    answer(ledger.studies().get_study(request).await).unwrap().study.unwrap()
}

async fn planned(ledger: &Harness, proposal: &str) -> OpenPullRequestSpec {
    let request = PlanPullRequestRequest { proposal_id: proposal.to_owned() };
    answer(ledger.jobs().plan_pull_request(request).await).unwrap().open_pull_request.unwrap()
}

async fn leased(ledger: &Harness, proposal: &str) -> OpenPullRequestSpec {
    ledger.open(proposal).await.unwrap();
    Runner::of(ledger, "one").one().await.open().clone()
}

fn holds(message: &impl prost::Message, text: &str) -> bool {
    message.encode_to_vec().windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_study_says_how_sure_one_may_be_and_so_does_its_pull_request() {
    let ledger = Harness::start().await;
    let created = recorded(&ledger, trials()).await;
    let confidence = study(&ledger, &created.study_id).await.confidence.unwrap();
    assert_eq!(confidence.metric, "ndcg@10");
    let interval = confidence.interval.unwrap();
    // numpy 2.4.6: default_rng(42), 1,000 resamples of [0.9, 0.5, 0.5, 0.3, 0.2].
    for (ours, theirs) in [(interval.value, 0.48), (interval.low, 0.28), (interval.high, 0.7)] {
        assert!((ours - theirs).abs() < 1e-12, "{ours} is not {theirs}");
    }
    assert_eq!(interval.query_count, 5);
    let queries = confidence.queries.as_ref().unwrap();
    assert_eq!(queries.against, "baseline");
    assert_eq!((queries.improved, queries.unchanged, queries.regressed), (2, 1, 2));
    let shown: Vec<_> = queries.regressions.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(shown, [(0.8, 0.5), (0.31, 0.3)]);
    let gap = confidence.runner_up_gap.as_ref().unwrap();
    assert!((gap.gap - 0.08).abs() < 1e-12 && gap.shape == "sharp_peak", "{gap:?}");
    // Trials 8 to 12 are a thousandth apart.
    let sigma = confidence.late_trial_sigma.unwrap();
    assert!((sigma - 0.001 * 2.5_f64.sqrt()).abs() < 1e-12, "{sigma}");
    let convergence = v1::Convergence { kind: "noisy".into(), best_trial: 4, trial_count: 13 };
    assert_eq!(confidence.convergence, Some(convergence));

    let planned = planned(&ledger, &created.proposal_id).await;
    assert_eq!(planned.confidence.as_ref(), Some(&confidence));
    let leased = leased(&ledger, &created.proposal_id).await;
    assert_eq!(leased.confidence, Some(confidence));
}

#[rstest]
#[case::by_default(QueryTexts::Kept, false)]
#[case::when_a_setting_says_so(QueryTexts::Shown, true)]
#[tokio::test]
async fn queries_leave_the_ledger_only_when_a_setting_says_so(
    #[case] texts: QueryTexts,
    #[case] leaves: bool,
) {
    let ledger = Harness::start_with(|settings| settings.query_texts = texts).await;
    let created = recorded(&ledger, trials()).await;
    let study = study(&ledger, &created.study_id).await;
    let planned = planned(&ledger, &created.proposal_id).await;
    let leased = leased(&ledger, &created.proposal_id).await;
    // Each regression is there, whether or not it has a name.
    for confidence in [&study.confidence, &planned.confidence, &leased.confidence] {
        let regressions = &confidence.as_ref().unwrap().queries.as_ref().unwrap().regressions;
        let names: Vec<_> = regressions.iter().map(|one| one.query.as_str()).collect();
        assert_eq!(names, if leaves { ["xyzzy 2", "xyzzy 3"] } else { ["", ""] });
    }
    assert_eq!(holds(&study, SECRET), leaves);
    assert_eq!(holds(&planned, SECRET), leaves);
    assert_eq!(holds(&leased, SECRET), leaves);
    // Nothing else that can be read of it holds one, whatever is set.
    let proposal = ledger.get(&created.proposal_id).await.unwrap();
    assert!(!holds(&proposal, SECRET));
    assert!(!ledger.events(&created.proposal_id).await.iter().any(|event| holds(event, SECRET)));
}

#[tokio::test]
async fn without_values_per_query_there_are_still_the_numbers_of_the_trials() {
    let ledger = Harness::start().await;
    let created = recorded(&ledger, vec![trial(0, 0.4), trial(1, 0.402)]).await;
    let confidence = study(&ledger, &created.study_id).await.confidence.unwrap();
    assert_eq!((confidence.interval, confidence.queries), (None, None));
    assert_eq!(confidence.runner_up_gap.unwrap().shape, "robust_plateau");
}

#[tokio::test]
async fn a_study_without_a_winner_and_a_proposal_without_a_study_have_no_confidence() {
    let ledger = Harness::start().await;
    let created = recorded(&ledger, vec![with_queries(baseline(0, 0.4), &[0.4; 5])]).await;
    assert_eq!(study(&ledger, &created.study_id).await.confidence, None);
    let manual = ledger.manual().await;
    assert_eq!(leased(&ledger, &manual.id).await.confidence, None);
}

#[tokio::test]
async fn values_per_query_that_are_unreasonably_many_are_not_looked_at() {
    const GROW: &str = r#"
        UPDATE trials
        SET per_query_metrics_json = '{"' || repeat('q', 9000000) || '": {"ndcg@10": 1}}'
        WHERE study_id = $1 AND number = 5"#;
    let ledger = Harness::start().await;
    let mut trials = trials();
    trials.pop();
    let created = recorded(&ledger, trials).await;
    let compared = async || {
        let confidence = study(&ledger, &created.study_id).await.confidence.unwrap();
        confidence.queries.map(|queries| queries.against)
    };
    assert_eq!(compared().await.as_deref(), Some("runner_up"));
    ledger.sql(GROW, &created.study_id).await;
    assert_eq!(compared().await, None);
}

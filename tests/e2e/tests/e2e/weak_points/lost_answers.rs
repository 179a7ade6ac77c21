//! Every call of the pipeline loses its answer in every way: one branch, one pull request, one comment, the right state.

use std::time::Duration;

use futures::StreamExt as _;
use pullwright_forge::FaultKind;
use pullwright_harness::WireOptions;
use serde_json::json;

use super::{boost, hasty, wired_on};
use crate::system::{PATIENCE, System};

/// The whole table, on two busy cores.
const WITHIN: Duration = Duration::from_secs(90);
/// Cases under way at the same time.
const AT_ONCE: usize = 12;
/// How long between two looks at one case.
const UNHURRIED: Duration = Duration::from_millis(200);

const OPENING: [&str; 6] = [
    "git.info-refs.upload-pack",
    "git.upload-pack",
    "git.info-refs.receive-pack",
    "git.receive-pack",
    "pulls.create",
    "pulls.list",
];
const COMMENTING: [&str; 2] = ["comments.list", "comments.create"];

/// How a call of this route may go wrong.
fn ways(route: &str) -> Vec<(&'static str, FaultKind)> {
    let status = |code, body: &str| FaultKind::Status {
        code,
        body: body.to_owned(),
        headers: Default::default(),
    };
    let success = if route.ends_with(".create") { 201 } else { 200 };
    let mut ways = vec![
        ("the answer is lost", FaultKind::DropAfterEffect),
        ("the question is lost", FaultKind::DropBeforeEffect),
        ("500", status(500, "")),
        ("502", status(502, "<html>bad gateway</html>")),
        ("half an answer", FaultKind::Truncate { bytes: 10 }),
        ("a web page", status(success, "<!DOCTYPE html><title>Sign in</title>")),
        ("no answer in time", FaultKind::Hang),
    ];
    if route.ends_with(".create") || route == "git.receive-pack" {
        ways.push(("an effect and no answer in time", FaultKind::HangAfterEffect));
    }
    ways
}

#[tokio::test]
async fn whichever_answer_is_lost_there_is_one_pull_request() {
    hasty().await;
    let routes = OPENING.into_iter().chain(COMMENTING);
    let cases = routes.flat_map(|route| ways(route).into_iter().map(move |way| (route, way)));
    let table = futures::stream::iter(cases.enumerate())
        .map(|(number, (route, (way, kind)))| case(number, route, way, kind))
        .buffer_unordered(AT_ONCE)
        .count();
    let cases = tokio::time::timeout(WITHIN, table).await.expect("the whole table in time");
    assert_eq!(cases, 8 * 7 + 3);
}

async fn case(number: usize, route: &str, way: &str, kind: FaultKind) {
    let told = format!("case {number}: {route}, {way}");
    let options = WireOptions { webhook: false, ..WireOptions::new(&format!("lost-{number:02}")) };
    let system = wired_on(hasty().await, options).await;
    let is_comment = COMMENTING.contains(&route);
    let proposal =
        if is_comment { system.study().await } else { system.propose(boost(number)).await };
    let mut faults = vec![system.strike(route, kind).await];
    if route == "pulls.list" {
        // Only an attempt that may not have been the first one looks.
        faults.push(system.strike("pulls.create", FaultKind::DropAfterEffect).await);
    }

    system.open(&proposal).await;
    let last = if is_comment { "pull_request_commented" } else { "pull_request_opened" };
    system.until_recorded(&proposal, last, &told).await;

    let pull = system.has_exactly_one(&proposal, &told).await;
    let all = system.forge().faults().await.unwrap();
    let struck = all.iter().filter(|record| faults.contains(&record.id) && record.struck == 1);
    assert_eq!(struck.count(), faults.len(), "{told}: a fault did not strike");
    assert_eq!(system.count(&proposal, "open_failed").await, 0, "{told}");
    if is_comment {
        let comments = system.forge().comments(&system.wired.repository, pull.number).await;
        assert_eq!(comments.unwrap().len(), 1, "{told}");
        assert_eq!(system.count(&proposal, "comment_failed").await, 0, "{told}");
    } else {
        assert_eq!(system.changed_lines(&pull).await.len(), 2, "{told}");
    }
}

impl System<'_> {
    /// Waits for an event, looking seldom: there are many cases.
    async fn until_recorded(&self, proposal: &str, kind: &str, told: &str) {
        let looking = async {
            while self.count(proposal, kind).await == 0 {
                tokio::time::sleep(UNHURRIED).await;
            }
        };
        if tokio::time::timeout(PATIENCE, looking).await.is_err() {
            panic!("{told}: no {kind}; events {:#?}", self.events(proposal).await);
        }
    }

    /// Records a study with a proposal; gives the proposal's id.
    pub(super) async fn study(&self) -> String {
        let trial = |number: i64, metric: f64, is_baseline: bool| {
            json!({"number": number, "params": {"boost": 1.0 + number as f64}, "primary_metric": metric,
                   "metrics": {"ndcg@10": metric}, "status": "complete", "is_baseline": is_baseline})
        };
        let study = json!({
            "name": "boost",
            "cluster_id": self.wired.cluster_id,
            "template_id": self.wired.template_id,
            "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
            "trials": [trial(0, 0.412, true), trial(1, 0.487, false)],
            "digest": {"narrative": "better", "parameter_importance": {"boost": 1.0},
                       "recommended_config": {"boost": 2.0}, "suggested_followups": [], "generated_by": "optimiser"},
            "config_diff": {"boost": {"from": 1.0, "to": 2.0}},
        });
        let recorded = self.rest.post("/api/v1/studies", &study).await.unwrap().expect(201);
        recorded.unwrap()["proposal_id"].as_str().unwrap().to_owned()
    }
}

//! The comment that shows the chart: there once, whatever happens on the way.

use pullwright_forge::{Fault, FaultKind, PullState, world::Comment};
use pullwright_harness::{Service, Stack, StackOptions, WireOptions};
use pullwright_testkit::wait;
use serde_json::{Value, json};

use crate::{
    system::{PATIENCE, System, logs},
    tidy::Asleep,
};

/// A repository on a stack of one's own.
async fn system<'s>(stack: &'s Stack, options: WireOptions) -> System<'s> {
    System { stack, rest: stack.rest().unwrap(), wired: stack.wire(options).await.unwrap() }
}

impl System<'_> {
    /// Records a study with this parameter importance and opens its pull request; its id, its proposal's, and the pull
    /// request's number.
    async fn opened_study(&self, importance: &Value) -> (String, String, u64) {
        let trial = |number: i64, metric: f64, is_baseline: bool| {
            json!({"number": number, "params": {"boost": 2.5}, "primary_metric": metric, "metrics": {"ndcg@10": metric},
                   "status": "complete", "is_baseline": is_baseline})
        };
        let study = json!({
            "name": "boost",
            "cluster_id": self.wired.cluster_id,
            "template_id": self.wired.template_id,
            "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
            "trials": [trial(0, 0.412, true), trial(1, 0.487, false)],
            "digest": {"narrative": "better", "parameter_importance": importance, "recommended_config": {"boost": 2.5},
                       "suggested_followups": [], "generated_by": "optimiser"},
            "config_diff": {"boost": {"from": 1.0, "to": 2.5}},
        });
        let recorded =
            self.rest.post("/api/v1/studies", &study).await.unwrap().expect(201).unwrap();
        let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
        let (study, proposal) = (text("study_id"), text("proposal_id"));
        self.open(&proposal).await;
        let now = self.until(&proposal, "pr_opened").await;
        let number = self.pull(now["pr_url"].as_str().unwrap()).await.number;
        (study, proposal, number)
    }

    /// Waits until something of this kind has happened to a proposal; its facts.
    async fn until_told(&self, proposal: &str, kind: &str) -> Value {
        let look = || async {
            let mut events = self.events(proposal).await.into_iter();
            events.find(|event| event["kind"] == kind).map(|event| event["facts"].clone())
        };
        match wait::until(kind, PATIENCE, look).await {
            Ok(facts) => facts,
            Err(error) => panic!("{error}; events {:#?}", self.events(proposal).await),
        }
    }

    async fn comments(&self, number: u64) -> Vec<Comment> {
        self.stack.forge().unwrap().comments(&self.wired.repository, number).await.unwrap()
    }
}

#[tokio::test]
async fn ac_1_a_comment_references_the_chart_once_also_when_its_answer_is_lost() {
    let stack = Stack::start(StackOptions::new(logs("comment-lost"))).await.unwrap();
    let forge = stack.forge().unwrap();
    let lost = Fault::on("comments.create", FaultKind::DropAfterEffect).times(1);
    forge.add_fault(lost).await.unwrap();
    let system = system(&stack, WireOptions::new("comment-lost")).await;
    let (study, proposal, number) = system.opened_study(&json!({"boost": 1.0})).await;

    let told = system.until_told(&proposal, "pull_request_commented").await;
    system.until_struck(&forge).await;
    assert_eq!(told["adopted"], "true", "{told}");
    let comments = system.comments(number).await;
    let [comment] = &comments[..] else { panic!("{comments:#?}") };
    assert_eq!(told["comment_id"], comment.id.to_string());
    let pull = forge.pull(&system.wired.repository, number).await.unwrap();
    let chart = format!("/raw/{}/.pullwright/digest-charts/{study}.png)", pull.head_sha);
    assert!(comment.body.contains("![Parameter importance]("), "{}", comment.body);
    assert!(comment.body.contains(&chart), "{chart} is not in\n{}", comment.body);
    assert!(pull.body.unwrap().contains(&chart), "the body shows the same picture");
}

#[tokio::test]
async fn a_comment_that_is_answered_late_or_never_is_written_once() {
    let stack = Stack::start(crate::crashes::hasty("comment-faults")).await.unwrap();
    let forge = stack.forge().unwrap();
    let away = FaultKind::Status { code: 503, body: String::new(), headers: Default::default() };
    for (name, kind) in [("comment-away", away), ("comment-hangs", FaultKind::HangAfterEffect)] {
        forge.add_fault(Fault::on("comments.create", kind).times(1)).await.unwrap();
        let system = system(&stack, WireOptions::new(name)).await;
        let (_, proposal, number) = system.opened_study(&json!({"boost": 1.0})).await;
        system.until_told(&proposal, "pull_request_commented").await;
        system.until_struck(&forge).await;
        assert_eq!(system.comments(number).await.len(), 1, "{name}");
        forge.clear_faults().await.unwrap();
    }
}

#[tokio::test]
async fn a_second_comment_of_a_runner_that_woke_late_is_deleted() {
    let study = async |system: &System<'_>| system.opened_study(&json!({"boost": 1.0})).await.1;
    let asleep = Asleep::during("sleeper-comment", "create_comment before", study).await;
    let _other = asleep.other_runner();
    let proposal = asleep.proposal.as_str();
    let told = asleep.system().until_told(proposal, "pull_request_commented").await;
    asleep.tidied("after its lease", |_| true).await;
    let url = asleep.system().proposal(proposal).await["pr_url"].as_str().unwrap().to_owned();
    let number = asleep.system().pull(&url).await.number;

    asleep.wake();
    let commented =
        |facts: &Value| facts["deleted_comment_ids"].as_str().is_some_and(|ids| !ids.is_empty());
    asleep.tidied("the sleeper's comment", commented).await;
    let comments = asleep.system().comments(number).await;
    let [comment] = &comments[..] else { panic!("{comments:#?}") };
    assert_eq!(told["comment_id"], comment.id.to_string());
    let pulls = asleep.system().pulls().await;
    assert_eq!((pulls.len(), pulls[0].state), (1, PullState::Open), "the recorded one stays");
}

#[tokio::test]
async fn ac_11_without_a_chart_the_comment_says_what_is_known() {
    let stack = Stack::start(StackOptions::new(logs("comment-chart"))).await.unwrap();
    let lfs = WireOptions::new("comment-lfs").file(".gitattributes", "*.png filter=lfs\n");
    let importance: Value = ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .zip(1..)
        .map(|(name, value)| (name.to_owned(), json!(f64::from(value) / 10.0)))
        .collect();
    let top_five = "| `f` | 0.6 |\n| `e` | 0.5 |\n| `d` | 0.4 |\n| `c` | 0.3 |\n| `b` | 0.2 |";
    for (options, importance, shown) in [
        (lfs, importance, top_five),
        (WireOptions::new("comment-empty"), json!({}), "Parameter importance unavailable"),
    ] {
        let system = system(&stack, options).await;
        let (_, proposal, number) = system.opened_study(&importance).await;
        system.until_told(&proposal, "pull_request_commented").await;
        let comments = system.comments(number).await;
        let [comment] = &comments[..] else { panic!("{comments:#?}") };
        assert!(comment.body.contains(shown) && !comment.body.contains("!["), "{}", comment.body);
        assert!(!comment.body.contains("`a`"), "{}", comment.body);
    }
}

#[tokio::test]
async fn a_comment_that_github_refuses_costs_the_comment_and_nothing_else() {
    let stack = Stack::start(StackOptions::new(logs("comment-refused"))).await.unwrap();
    let forge = stack.forge().unwrap();
    let body = json!({"message": "Issue is locked"}).to_string();
    let locked = FaultKind::Status { code: 403, body, headers: Default::default() };
    forge.add_fault(Fault::on("comments.create", locked)).await.unwrap();
    let system = system(&stack, WireOptions::new("comment-refused")).await;
    let (_, proposal, number) = system.opened_study(&json!({"boost": 1.0})).await;
    let told = system.until_told(&proposal, "comment_failed").await;
    assert_eq!(told["reason"], "GITHUB_API_FAILED", "{told}");
    let now = system.proposal(&proposal).await;
    assert_eq!((&now["status"], &now["pr_open_error"]), (&json!("pr_opened"), &Value::Null));
    assert!(system.comments(number).await.is_empty());
}

#[tokio::test]
async fn switched_off_nothing_is_commented() {
    let options = StackOptions::new(logs("comment-off")).with(
        Service::Proposal,
        "PULL_REQUEST_CHART_COMMENT",
        "off",
    );
    let stack = Stack::start(options).await.unwrap();
    let system = system(&stack, WireOptions::new("comment-off")).await;
    let (_, proposal, number) = system.opened_study(&json!({"boost": 1.0})).await;
    // A later pull request in the same lane is done after whatever this one would have queued.
    system.opened(json!({"boost": {"from": 1.0, "to": 3.5}})).await;
    assert!(system.comments(number).await.is_empty());
    assert_eq!(system.count(&proposal, "pull_request_commented").await, 0);
}

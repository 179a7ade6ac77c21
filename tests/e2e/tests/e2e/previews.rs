//! What is previewed is what is opened, or nothing is; and looking changes nothing.

use pullwright_forge::{NewCommit, RequestRecord};
use pullwright_harness::WireOptions;
use pullwright_proto::{
    proposal::{OpenPullRequestRequest, proposal_service_client::ProposalServiceClient},
    runner::{
        CheckConfigRepoRequest, CheckConfigRepoResponse, CheckOutcome, PreviewPullRequestRequest,
        PreviewPullRequestResponse, runner_service_client::RunnerServiceClient,
    },
};
use pullwright_rpc::{Refusal, client::Connection};
use serde_json::{Value, json};

use crate::system::{self, System};

impl System<'_> {
    fn runner(&self) -> RunnerServiceClient<Connection> {
        let token = &self.stack.credentials.service_operator;
        RunnerServiceClient::new(self.stack.grpc(self.stack.ports.runner, token).unwrap())
    }

    async fn preview(&self, proposal: &str) -> Result<PreviewPullRequestResponse, Refusal> {
        let request = PreviewPullRequestRequest { proposal_id: proposal.to_owned() };
        let answer = self.runner().preview_pull_request(request).await;
        answer.map(tonic::Response::into_inner).map_err(Refusal::from)
    }

    async fn check(&self) -> CheckConfigRepoResponse {
        let request = CheckConfigRepoRequest { config_repo_id: self.wired.config_repo_id.clone() };
        self.runner().check_config_repo(request).await.unwrap().into_inner()
    }

    /// Asks for the pull request, if it would be this one.
    async fn open_as_shown(&self, proposal: &str, shown: &PreviewPullRequestResponse) {
        let token = &self.stack.credentials.service_operator;
        let connection = self.stack.grpc(self.stack.ports.proposal, token).unwrap();
        let request = OpenPullRequestRequest {
            proposal_id: proposal.to_owned(),
            expected_patch_sha256: shown.patch_sha256.clone(),
            expected_base_oid: shown.base_oid.clone(),
            ..OpenPullRequestRequest::default()
        };
        ProposalServiceClient::new(connection).open_pull_request(request).await.unwrap();
    }

    /// What was asked of the forge about this repository, after the first `seen` requests.
    async fn asked_after(&self, seen: u64) -> Vec<RequestRecord> {
        let asked = self.stack.forge().unwrap().requests().await.unwrap();
        // The name of another one may begin with it.
        let (below, git) =
            (format!("/{}/", self.wired.repository), format!("/{}.git", self.wired.repository));
        let is_ours = |path: &str| {
            path.contains(&below)
                || path.contains(&git)
                || path.ends_with(&below[..below.len() - 1])
        };
        let ours = |request: &RequestRecord| request.sequence > seen && is_ours(&request.path);
        asked.into_iter().filter(ours).collect()
    }

    async fn seen(&self) -> u64 {
        let asked = self.stack.forge().unwrap().requests().await.unwrap();
        asked.last().map_or(0, |request| request.sequence)
    }

    async fn move_base(&self, path: &str, content: &str) -> String {
        let commit = NewCommit::file("main", path, content, "somebody else's");
        self.stack.forge().unwrap().push_commit(&self.wired.repository, commit).await.unwrap()
    }
}

/// Nothing but reads: GET, and the fetch of git, which is a POST.
#[track_caller]
fn only_reads(asked: &[RequestRecord]) {
    for request in asked {
        let is_read = request.method == "GET" || request.route == "git.upload-pack";
        assert!(is_read, "{request:?}");
    }
}

#[tokio::test]
async fn what_is_previewed_is_what_is_then_opened_and_looking_changes_nothing() {
    let system = system::wired(WireOptions::new("preview")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let (before, events) = (system.proposal(&proposal).await, system.events(&proposal).await);
    let seen = system.seen().await;
    let shown = system.preview(&proposal).await.unwrap();
    let again = system.preview(&proposal).await.unwrap();
    assert_eq!(again, shown);
    let asked = system.asked_after(seen).await;
    assert!(!asked.is_empty());
    only_reads(&asked);
    assert_eq!(system.proposal(&proposal).await, before);
    assert_eq!(system.events(&proposal).await, events);

    system.open_as_shown(&proposal, &shown).await;
    let now = system.until(&proposal, "pr_opened").await;
    let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
    assert_eq!(
        (pull.title.as_str(), pull.body.as_deref().unwrap()),
        (shown.title.as_str(), shown.body.as_str())
    );
    assert_eq!(
        (pull.head_ref.as_str(), pull.base_ref.as_str()),
        (shown.branch.as_str(), shown.base_branch.as_str())
    );
    let forge = system.stack.forge().unwrap();
    let commit = forge.log(&system.wired.repository, &pull.head_sha, 1).await.unwrap().remove(0);
    assert_eq!(
        (commit.tree.as_str(), commit.parents),
        (shown.tree_oid.as_str(), vec![shown.base_oid.clone()])
    );
    let lines: Vec<String> = shown
        .patch
        .lines()
        .skip_while(|line| !line.starts_with("@@"))
        .filter(|line| line.starts_with(['-', '+']))
        .map(str::to_owned)
        .collect();
    assert_eq!(system.changed_lines(&pull).await, lines);
    assert!(pull.body.unwrap().contains(&shown.patch_sha256));
    assert_eq!(shown.params_path, system.wired.path);
}

#[tokio::test]
async fn a_study_is_previewed_with_its_chart() {
    let system = system::wired(WireOptions::new("preview-study")).await;
    let trial = |number: i64, metric: f64, is_baseline: bool| {
        json!({"number": number, "params": {"boost": 2.5}, "primary_metric": metric, "metrics": {"ndcg@10": metric},
               "status": "complete", "is_baseline": is_baseline})
    };
    let study = json!({
        "name": "boost",
        "cluster_id": system.wired.cluster_id,
        "template_id": system.wired.template_id,
        "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
        "trials": [trial(0, 0.412, true), trial(1, 0.487, false)],
        "digest": {"narrative": "better", "parameter_importance": {"boost": 1.0}, "recommended_config": {"boost": 2.5},
                   "suggested_followups": [], "generated_by": "optimiser"},
        "config_diff": {"boost": {"from": 1.0, "to": 2.5}},
    });
    let recorded: Value =
        system.rest.post("/api/v1/studies", &study).await.unwrap().expect(201).unwrap();
    let proposal = recorded["proposal_id"].as_str().unwrap();
    let shown = system.preview(proposal).await.unwrap();
    assert!(shown.chart_path.ends_with(".png"), "{}", shown.chart_path);

    system.open_as_shown(proposal, &shown).await;
    let now = system.until(proposal, "pr_opened").await;
    let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
    let forge = system.stack.forge().unwrap();
    let commit = forge.log(&system.wired.repository, &pull.head_sha, 1).await.unwrap().remove(0);
    assert_eq!(commit.tree, shown.tree_oid);
    // The chart's address names its commit, whose date is that of the click.
    let without_commit = |body: &str| {
        let (before, after) = body.split_once("/raw/").unwrap();
        format!("{before}/raw/{}", &after[40..])
    };
    assert_eq!(without_commit(&pull.body.unwrap()), without_commit(&shown.body));
}

#[tokio::test]
async fn a_base_that_moves_after_the_preview_opens_nothing() {
    let system = system::wired(WireOptions::new("preview-moved")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let shown = system.preview(&proposal).await.unwrap();
    let moved = system.move_base("README.md", "# moved\n").await;
    let seen = system.seen().await;
    system.open_as_shown(&proposal, &shown).await;
    let error = system.until_failed(&proposal).await;
    assert!(error.contains("PREVIEW_OUTDATED") && error.contains(&moved), "{error}");
    only_reads(&system.asked_after(seen).await);
    let forge = system.stack.forge().unwrap();
    assert_eq!(forge.branches(&system.wired.repository).await.unwrap().len(), 1);
    assert!(system.pulls().await.is_empty());

    let shown = system.preview(&proposal).await.unwrap();
    assert_eq!(shown.base_oid, moved);
    system.open_as_shown(&proposal, &shown).await;
    system.until(&proposal, "pr_opened").await;
}

#[tokio::test]
async fn a_params_file_that_changes_after_the_preview_opens_nothing() {
    let system = system::wired(WireOptions::new("preview-changed")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let mut shown = system.preview(&proposal).await.unwrap();
    let params = "{\n  \"boost\": 1.0,\n  \"fuzziness\": \"1\",\n  \"tie_breaker\": 0.1\n}\n";
    system.move_base(&system.wired.path, params).await;
    shown.base_oid.clear();
    system.open_as_shown(&proposal, &shown).await;
    let error = system.until_failed(&proposal).await;
    assert!(error.contains("PREVIEW_OUTDATED") && error.contains(&shown.patch_sha256), "{error}");
    assert!(system.pulls().await.is_empty());
}

#[tokio::test]
async fn what_would_fail_is_said_and_leaves_the_proposal_as_it_is() {
    let system = system::wired(WireOptions::new("preview-fails")).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 1.0}})).await;
    let before = system.proposal(&proposal).await;
    let refusal = system.preview(&proposal).await.unwrap_err();
    assert_eq!(refusal.reason.reason(), "NO_CHANGE", "{refusal:?}");
    assert_eq!(system.proposal(&proposal).await, before);
    let missing = system.preview("0199a0b0-0000-7000-8000-00000000cafe").await.unwrap_err();
    assert_eq!(missing.reason.reason(), "PROPOSAL_NOT_FOUND");
}

#[tokio::test]
async fn a_config_repository_is_checked_line_by_line_and_only_read() {
    let system = system::wired(WireOptions::new("checked")).await;
    let seen = system.seen().await;
    let response = system.check().await;
    let failed: Vec<&str> = response
        .lines
        .iter()
        .filter(|line| line.outcome() == CheckOutcome::Fail)
        .map(|line| line.check.as_str())
        .collect();
    assert_eq!(failed, ["protection"], "{response:#?}");
    only_reads(&system.asked_after(seen).await);
    let forge = system.stack.forge().unwrap();
    forge.protect_branch(&system.wired.repository, "main", true).await.unwrap();
    let response = system.check().await;
    assert!(response.ok, "{response:#?}");
    let last = response.lines.last().unwrap();
    assert_eq!(
        (last.check.as_str(), last.subject.as_str()),
        ("params_file", system.wired.path.as_str())
    );
}

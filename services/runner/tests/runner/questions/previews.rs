//! A preview is what is then opened, and nothing else happens because of it.

use std::time::Duration;

use pullwright_forge::{Fault, FaultKind, NewCommit};
use pullwright_proto::{
    error::ErrorReason,
    job::complete_job_request::Outcome,
    runner::{PreviewPullRequestRequest, PreviewPullRequestResponse},
};
use pullwright_rpc::{Refusal, Role};
use tonic::Code;

use super::harness::{BRANCH, Ended, PARAMS, PROPOSAL, REPOSITORY, World, refused, status};

pub(crate) async fn preview(world: &World) -> Result<PreviewPullRequestResponse, Refusal> {
    let request = PreviewPullRequestRequest { proposal_id: PROPOSAL.to_owned() };
    let answer = world.operator().preview_pull_request(request).await;
    answer.map(tonic::Response::into_inner).map_err(Refusal::from)
}

/// What the job reported.
pub(crate) fn opened(ended: Ended) -> pullwright_proto::job::PullRequestOpened {
    match ended {
        Ended::Done(done) => match done.outcome {
            Some(Outcome::Opened(opened)) => opened,
            other => panic!("{other:?}"),
        },
        Ended::Failed(failed) => panic!("{failed:?}"),
    }
}

async fn main(world: &World) -> String {
    world.forge.branch_tip(REPOSITORY, "main").await.unwrap().unwrap()
}

#[tokio::test]
async fn what_is_previewed_is_what_is_then_opened() {
    let world = World::start().await;
    let shown = preview(&world).await.unwrap();
    assert_eq!(shown.base_oid, main(&world).await);
    assert_eq!(shown.base_branch, "main");
    assert_eq!((shown.branch.as_str(), shown.params_path.as_str()), (BRANCH, PARAMS));
    assert_eq!(shown.config_diff_sha256, "5f".repeat(32));
    assert!(shown.patch.contains("-    \"boost\": 1.0\n+    \"boost\": 2.5\n"), "{}", shown.patch);
    assert!(shown.chart_path.is_empty() && shown.drifts.is_empty());

    let opened = opened(world.open().await);
    assert_eq!(opened.patch_sha256, shown.patch_sha256);
    let pull = world.forge.pull(REPOSITORY, 1).await.unwrap();
    assert_eq!((pull.title, pull.body.unwrap()), (shown.title.clone(), shown.body.clone()));
    let commit = world.forge.log(REPOSITORY, BRANCH, 1).await.unwrap().remove(0);
    assert_eq!(commit.tree, shown.tree_oid);
    assert_eq!(commit.parents, [shown.base_oid]);
    assert!(shown.body.contains(&shown.patch_sha256), "{}", shown.body);
    assert!(shown.body.contains(&shown.config_diff_sha256), "{}", shown.body);
}

#[tokio::test]
async fn a_preview_writes_nothing_anywhere() {
    let world = World::start().await;
    world.asked().await;
    preview(&world).await.unwrap();
    let asked = world.asked().await;
    assert!(!asked.is_empty());
    for (method, route) in asked {
        let is_read = method == "GET" || route == "git.upload-pack";
        assert!(is_read && !route.contains("receive-pack"), "{method} {route}");
    }
    assert_eq!(world.forge.branches(REPOSITORY).await.unwrap().len(), 1);
    assert!(world.locks().list().await.unwrap().is_empty());
    let left = |folder: &str| std::fs::read_dir(world.data().join(folder)).unwrap().count();
    assert_eq!(left("asides"), 0);
    assert_eq!(left("repos"), 1, "the claim alone");
    world.tell(|told| assert!(told.announced == 0 && told.ended.is_empty()));
}

#[tokio::test]
async fn a_value_that_is_not_the_expected_one_is_shown_and_stops_nothing() {
    let world = World::start().await;
    let change = "{\n  \"title\": {\n    \"boost\": 1.5\n  }\n}\n";
    let commit = NewCommit::file("main", PARAMS, change, "by hand");
    world.forge.push_commit(REPOSITORY, commit).await.unwrap();
    let drift = preview(&world).await.unwrap().drifts.remove(0);
    assert_eq!(
        (drift.key.as_str(), drift.expected_json.as_str(), drift.found_json.as_str()),
        ("title.boost", "1.0", "1.5")
    );
}

/// What goes wrong, and the reason that its job ends with.
const ENDINGS: [(&str, &str); 9] = [
    ("undeclared", "PARAM_NOT_IN_TEMPLATE"),
    ("same value", "NO_CHANGE"),
    ("link", "PATH_REFUSED"),
    ("no file", "PARAMS_FILE_NOT_FOUND"),
    ("duplicate key", "PARAM_CONFLICT"),
    ("no base", "BASE_BRANCH_NOT_FOUND"),
    ("no folder", "CONFIG_PATH_INVALID"),
    ("foreign branch", "BRANCH_EXISTS"),
    ("wrong token", "GITHUB_AUTH_FAILED"),
];

async fn spoil(world: &World, what: &str) {
    let push = |path: &'static str, content: String| async move {
        let commit = NewCommit::file("main", path, content, "spoil");
        world.forge.push_commit(REPOSITORY, commit).await.unwrap();
    };
    let target = |change: fn(&mut pullwright_proto::job::Target)| {
        world.tell(|told| change(told.spec.target.as_mut().unwrap()));
    };
    match what {
        "undeclared" => target(|target| target.declared_params_json = "{}".to_owned()),
        "same value" => push(PARAMS, "{\"title\":{\"boost\":2.5}}".to_owned()).await,
        "link" => {
            let link = pullwright_forge::FileContent::with_mode("elsewhere.json", "120000");
            let mut commit = NewCommit::file("main", "a", "a", "spoil");
            commit.files.insert(PARAMS.to_owned(), Some(link));
            world.forge.push_commit(REPOSITORY, commit).await.unwrap();
        }
        "no file" => target(|target| target.config_path = "configs/other".to_owned()),
        "duplicate key" => push(PARAMS, "{\"title\":{},\"title\":{}}".to_owned()).await,
        "no base" => target(|target| target.base_branch = "nowhere".to_owned()),
        "no folder" => target(|target| target.config_path.clear()),
        "foreign branch" => {
            let commit = NewCommit::file(BRANCH, "a", "a person's", "mine");
            world.forge.push_commit(REPOSITORY, commit).await.unwrap();
        }
        "wrong token" => world.tell(|told| told.token = format!("gh{}_{}", "s", "w".repeat(36))),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_the_job_would_end_with_is_said_with_its_reason_and_its_words() {
    for (what, reason) in ENDINGS {
        let world = World::start().await;
        spoil(&world, what).await;
        let refusal = preview(&world).await.unwrap_err();
        let Ended::Failed(failed) = world.open().await else { panic!("{what}: it was opened") };
        assert_eq!(
            (refusal.code, refusal.reason.reason()),
            (Code::FailedPrecondition, reason),
            "{what}"
        );
        assert_eq!(failed.reason, reason, "{what}");
        // Only the words about a commit, such as its id, may differ between two tries.
        assert_eq!(refusal.message, failed.message, "{what}");
    }
}

#[tokio::test]
async fn what_the_ledger_refuses_is_refused_in_its_words() {
    let world = World::start().await;
    let refusal = status(Code::FailedPrecondition, "INVALID_STATE_TRANSITION", "it is rejected");
    world.tell(|told| told.plan_refusal = Some(refusal));
    world.asked().await;
    let refusal = preview(&world).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (Code::FailedPrecondition, "it is rejected")
    );
    assert!(world.asked().await.is_empty(), "GitHub is not even asked");
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_and_roles_are_held() {
    let world = World::start().await;
    let request = |id: &str| PreviewPullRequestRequest { proposal_id: id.to_owned() };
    let refusal = refused(world.operator().preview_pull_request(request("1")).await);
    assert_eq!(refusal.violations[0].field, "proposal_id");
    assert_eq!(refusal.code, Code::InvalidArgument);
    let refusal =
        refused(world.client(Role::Proposal).preview_pull_request(request(PROPOSAL)).await);
    assert_eq!(refusal.code, Code::Unauthenticated);
}

#[tokio::test]
async fn where_github_is_away_nothing_is_said_about_the_proposal() {
    let world = World::start().await;
    for route in ["git.info-refs.upload-pack", "git.upload-pack"] {
        let fault =
            FaultKind::Status { code: 503, body: String::new(), headers: Default::default() };
        world.forge.add_fault(Fault::on(route, fault).times(9)).await.unwrap();
        let refusal = preview(&world).await.unwrap_err();
        assert_eq!(refusal.code, Code::Unavailable, "{refusal:?}");
        assert_eq!(refusal.reason, ErrorReason::ServiceUnavailable);
        world.forge.clear_faults().await;
    }
    preview(&world).await.unwrap();
}

#[tokio::test]
async fn a_few_at_a_time_are_answered_and_none_takes_for_ever() {
    let mut world = World::start().await;
    world.stop().await;
    let limits = [("RUNNER_QUESTION_CONCURRENCY", "1"), ("RUNNER_QUESTION_TIME_LIMIT", "1s")];
    world.run(&limits).await;
    let slow = Fault::on("git.info-refs.upload-pack", FaultKind::Hang).times(9);
    world.forge.add_fault(slow).await.unwrap();
    let (one, other) = tokio::join!(preview(&world), preview(&world));
    let (mut refusals, mut codes) = (vec![one.unwrap_err(), other.unwrap_err()], Vec::new());
    refusals.sort_by_key(|refusal| refusal.code as i32);
    codes.extend(refusals.iter().map(|refusal| refusal.code));
    assert_eq!(codes, [Code::ResourceExhausted, Code::Unavailable]);
    assert_eq!(refusals[0].retry_after, Some(Duration::from_secs(5)));
    world.forge.clear_faults().await;
    preview(&world).await.unwrap();
}

#[tokio::test]
async fn a_branch_of_ours_that_stands_there_is_shown_as_it_would_be_taken_over() {
    let world = World::start().await;
    let before = main(&world).await;
    let body = r#"{"message":"Validation Failed","errors":[]}"#.to_owned();
    let refuse = FaultKind::Status { code: 422, body, headers: Default::default() };
    world.forge.add_fault(Fault::on("pulls.create", refuse).times(1)).await.unwrap();
    assert!(matches!(world.open().await, Ended::Failed(_)));
    let commit = NewCommit::file("main", PARAMS, "{\"title\": {\"boost\": 0.1}}\n", "moved");
    world.forge.push_commit(REPOSITORY, commit).await.unwrap();

    let shown = preview(&world).await.unwrap();
    assert_eq!(shown.base_oid, before);
    let opened = opened(world.open().await);
    assert!(opened.adopted);
    assert_eq!(opened.patch_sha256, shown.patch_sha256);
    let pull = world.forge.pull(REPOSITORY, 1).await.unwrap();
    assert_eq!(pull.body.unwrap(), shown.body);
    let commit = world.forge.log(REPOSITORY, BRANCH, 1).await.unwrap().remove(0);
    assert_eq!(commit.tree, shown.tree_oid);
}

#[tokio::test]
async fn previews_do_not_disturb_a_job_of_the_same_repository() {
    let world = World::start().await;
    let previews = async {
        for _ in 0..3 {
            // Once the branch stands there it is shown as it stands.
            preview(&world).await.unwrap();
        }
    };
    let (ended, ()) = tokio::join!(world.open(), previews);
    opened(ended);
    assert_eq!(world.forge.pulls(REPOSITORY).await.unwrap().len(), 1);
}

//! Commits, new branches, deleted branches.

use pullwright_runner::git::{Deleted, Engine, FileChange, Mode, Oid, Pushed};

use super::world::{PARAMS, World, edit};

const BRANCH: &str = "pullwright/study-1";

#[tokio::test]
async fn a_pushed_branch_holds_the_edit_and_nothing_else() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2.5}\n").await;
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert_eq!(pushed, Pushed::Created);
    assert_eq!(world.tip(BRANCH).unwrap(), commits.head.as_str());
    assert_eq!(world.git.bare(&["show", &format!("{BRANCH}:{PARAMS}")]), "{\"boost\": 2.5}");
    assert_eq!(world.git.bare(&["diff", "--name-only", "main", BRANCH]), PARAMS);
    let who = world.git.bare(&["log", "-1", "--format=%an <%ae> %at %cn <%ce> %ct%n%B", BRANCH]);
    let by = "Pullwright <bot@example.org> 1700000000";
    assert_eq!(who, format!("{by} {by}\nRaise the title boost\n\nAs approved."));
    world.git.bare(&["fsck", "--strict"]);
}

#[tokio::test]
async fn the_same_input_gives_the_same_commits_everywhere() {
    let world = World::start().await;
    let other = world.another_engine().await;
    let mut heads = Vec::new();
    for engine in [&world.engine, &other, &other] {
        let base = engine.open_base(&world.remote, "main", PARAMS, &[]).await.unwrap();
        let mut chart = edit(&base, "unused");
        chart.files[0] = FileChange {
            path: ".pullwright/charts/1.svg".to_owned(),
            bytes: vec![0, 1, 2],
            mode: Mode::Regular,
        };
        let commits = [edit(&base, "{\"boost\": 2}\n"), chart];
        heads.push(engine.commit(&world.remote, &base, &commits).await.unwrap().head);
    }
    assert!(heads.iter().all(|head| *head == heads[0]), "{heads:?}");
}

#[tokio::test]
async fn git_commit_itself_would_have_given_the_same_id() {
    let world = World::start().await;
    world.git.make_executable(PARAMS);
    world.git.commit_to("main");
    let base = world.open().await;
    let commit = edit(&base, "{\"boost\": 3}\n");
    let ours = world
        .engine
        .commit(&world.remote, &base, std::slice::from_ref(&commit))
        .await
        .unwrap()
        .head;
    world.git.write(PARAMS, "{\"boost\": 3}\n");
    let theirs =
        world.git.commit_as("Pullwright", "bot@example.org", "1700000000 +0000", &commit.message);
    assert_eq!(ours.as_str(), theirs);
}

#[tokio::test]
async fn a_branch_that_exists_is_never_moved() {
    let world = World::start().await;
    let foreign = world.git.commit_to(BRANCH);
    let commits = world.edit("{\"boost\": 2}\n").await;
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert_eq!(pushed, Pushed::RefusedExists);
    assert_eq!(world.tip(BRANCH).unwrap(), foreign);
}

#[tokio::test]
async fn a_branch_that_could_be_fast_forwarded_is_not_moved_either() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    let main = world.tip("main").unwrap();
    world.git.set_branch("study-1", &main);
    let pushed = world.engine.push_new(&world.remote, "study-1", &commits).await.unwrap();
    assert_eq!(pushed, Pushed::RefusedExists);
    assert_eq!(world.tip("study-1").unwrap(), main);
}

#[tokio::test]
async fn pushing_again_what_is_there_says_that_the_branch_exists() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    let push = || world.engine.push_new(&world.remote, BRANCH, &commits);
    assert_eq!(push().await.unwrap(), Pushed::Created);
    assert_eq!(push().await.unwrap(), Pushed::RefusedExists);
}

#[tokio::test]
async fn a_hook_that_refuses_is_quoted() {
    let world = World::start().await;
    world.git.hook("pre-receive", "echo 'GH013: Repository rule violations found'; exit 1");
    let commits = world.edit("{\"boost\": 2}\n").await;
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    let Pushed::Refused { text } = pushed else { panic!("{pushed:?}") };
    assert!(text.contains("GH013") && text.contains("pre-receive hook declined"), "{text}");
    assert_eq!(world.tip(BRANCH), None);
}

#[tokio::test]
async fn a_name_in_the_way_is_a_refusal_and_no_race() {
    let world = World::start().await;
    world.git.commit_to("pullwright");
    let commits = world.edit("{\"boost\": 2}\n").await;
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert!(matches!(pushed, Pushed::Refused { .. }), "{pushed:?}");
}

#[tokio::test]
async fn a_base_that_moves_before_the_push_costs_few_bytes() {
    let world = World::start().await;
    let ballast: Vec<u8> =
        (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    world.git.write("ballast.bin", ballast);
    world.git.commit_to("main");
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.git.write("README.md", "moved\n");
    world.git.commit_to("main");
    world.server.seen();
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert_eq!(pushed, Pushed::Created);
    let sent: usize = world.server.seen().iter().map(|request| request.size).sum();
    assert!(sent < 4_000, "{sent} bytes were sent");
}

#[tokio::test]
async fn a_base_that_was_rewritten_before_the_push_is_told() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.git.worktree(&["commit", "-q", "--amend", "-m", "rewritten"]);
    world.git.worktree(&["push", "-q", "--force", "origin", "HEAD:main"]);
    world.git.bare(&["reflog", "expire", "--expire=now", "--all"]);
    world.git.bare(&["gc", "-q", "--prune=now"]);
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert!(matches!(pushed, Pushed::BaseGone), "{pushed:?}");
}

#[tokio::test]
async fn a_branch_is_deleted_only_at_the_commit_that_is_named() {
    let world = World::start().await;
    let foreign = Oid::parse(&world.tip("main").unwrap()).unwrap();
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    let delete = |at: Oid| {
        let (engine, remote) = (&world.engine, &world.remote);
        async move { engine.delete_branch(remote, BRANCH, &at).await.unwrap() }
    };
    assert_eq!(delete(foreign).await, Deleted::TipMoved);
    assert_eq!(world.tip(BRANCH).unwrap(), commits.head.as_str());
    assert_eq!(delete(commits.head.clone()).await, Deleted::Deleted);
    assert_eq!(world.tip(BRANCH), None);
    assert_eq!(delete(commits.head.clone()).await, Deleted::AlreadyGone);
}

#[tokio::test]
async fn a_branch_that_may_not_be_deleted_is_quoted() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    world.git.hook("update", "echo 'GH006: Protected branch'; exit 1");
    let error = world.engine.delete_branch(&world.remote, BRANCH, &commits.head).await.unwrap_err();
    assert_eq!(error.code(), "PUSH_REFUSED");
    assert!(error.to_string().contains("GH006"), "{error}");
}

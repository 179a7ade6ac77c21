//! Looking at a remote: tips, bases, single files.

use pullwright_runner::git::{Engine, GitError, Mode, Oid};

use super::world::{BEFORE, PARAMS, World};

#[tokio::test]
async fn the_base_is_the_tip_and_the_file_as_it_stands_there() {
    let world = World::start().await;
    let base = world.open().await;
    assert_eq!(base.oid.as_str(), world.tip("main").unwrap());
    assert_eq!(base.blob.bytes, BEFORE.as_bytes());
    assert_eq!(base.blob.mode, Mode::Regular);
}

#[tokio::test]
async fn a_base_that_moved_is_seen_and_one_that_did_not_costs_no_fetch_of_the_file() {
    let world = World::start().await;
    world.open().await;
    world.server.seen();
    world.open().await;
    let unmoved = world.server.seen();
    assert!(unmoved.len() <= 3, "a look at the refs and a fetch of nothing: {unmoved:?}");
    world.git.write(PARAMS, "{\"boost\": 9}\n");
    let moved = world.git.commit_to("main");
    let base = world.open().await;
    assert_eq!(
        (base.oid.as_str(), base.blob.bytes.as_slice()),
        (moved.as_str(), &b"{\"boost\": 9}\n"[..])
    );
}

#[tokio::test]
async fn a_tip_is_that_of_exactly_this_branch() {
    let world = World::start().await;
    world.git.commit_to("x/pullwright/study-1");
    let tip = |branch: &'static str| world.engine.tip(&world.remote, branch);
    assert_eq!(tip("pullwright/study-1").await.unwrap(), None);
    assert_eq!(
        tip("x/pullwright/study-1").await.unwrap().map(|oid| oid.to_string()),
        world.tip("x/pullwright/study-1")
    );
}

#[tokio::test]
async fn a_missing_base_branch_is_told_from_a_missing_file() {
    let world = World::start().await;
    let open = |branch: &'static str, path: &'static str| {
        world.engine.open_base(&world.remote, branch, path, &[])
    };
    let error = open("nowhere", PARAMS).await.unwrap_err();
    assert_eq!(error.code(), "BASE_BRANCH_NOT_FOUND");
    for path in ["configs/products/other.params.json", "nowhere/at/all.json"] {
        let error = open("main", path).await.unwrap_err();
        assert!(matches!(error, GitError::FileNotFound { .. }), "{error}");
        assert_eq!(error.code(), "PARAMS_FILE_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_executable_bit_is_seen() {
    let world = World::start().await;
    world.git.make_executable(PARAMS);
    world.git.commit_to("main");
    assert_eq!(world.open().await.blob.mode, Mode::Executable);
}

#[tokio::test]
async fn a_file_is_read_at_any_commit() {
    let world = World::start().await;
    let old = Oid::parse(&world.tip("main").unwrap()).unwrap();
    world.git.write(PARAMS, "{\"boost\": 2}\n");
    world.git.commit_to("main");
    let now = world.open().await;
    let then = world.engine.blob_at(&world.remote, &old, PARAMS).await.unwrap().unwrap();
    assert_eq!(then.bytes, BEFORE.as_bytes());
    assert_ne!(then.oid, now.blob.oid);
    let absent = world.engine.blob_at(&world.remote, &old, "nowhere.json").await.unwrap();
    assert_eq!(absent, None);
}

#[tokio::test]
async fn questions_may_come_while_others_are_answered() {
    let world = World::start().await;
    let many = (0..6).map(|n| {
        let world = &world;
        async move {
            let commits = world.edit(&format!("{{\"boost\": {n}}}\n")).await;
            let branch = format!("pullwright/study-{n}");
            world.engine.push_new(&world.remote, &branch, &commits).await.unwrap();
            world.engine.tip(&world.remote, &branch).await.unwrap() == Some(commits.head)
        }
    });
    assert_eq!(futures::future::join_all(many).await, [true; 6]);
}

#[tokio::test]
async fn what_was_built_on_our_commits_is_told_from_what_was_not() {
    let world = World::start().await;
    let ours = world.edit("{\"boost\": 2}\n").await;
    world.engine.push_new(&world.remote, "pullwright/study-1", &ours).await.unwrap();
    world.git.worktree(&["fetch", "-q", "origin", "pullwright/study-1"]);
    world.git.worktree(&["reset", "-q", "--hard", "FETCH_HEAD"]);
    world.git.write("README.md", "a person's word\n");
    world.git.commit_to("pullwright/study-1");
    let on_top = world.engine.tip(&world.remote, "pullwright/study-1").await.unwrap().unwrap();
    let foreign = world.engine.tip(&world.remote, "main").await.unwrap().unwrap();
    let announced = [ours.head.clone()];
    let descends = |tip: Oid| {
        let (engine, remote, announced) = (&world.engine, &world.remote, &announced);
        async move { engine.descends_from(remote, &tip, announced).await.unwrap() }
    };
    assert!(descends(on_top).await);
    assert!(descends(ours.head.clone()).await);
    assert!(!descends(foreign).await);
    world.open().await;
}

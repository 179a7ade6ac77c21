//! Nothing is opened but what was expected, and what is refused leaves nothing.

use pullwright_forge::NewCommit;
use pullwright_proto::runner::PreviewPullRequestResponse;

use super::{
    harness::{BEFORE, Ended, PARAMS, REPOSITORY, World},
    previews::{opened, preview},
};

fn expect(world: &World, base: &str, patch: &str) {
    world.tell(|told| {
        told.spec.expected_base_oid = base.to_owned();
        told.spec.expected_patch_sha256 = patch.to_owned();
    });
}

async fn move_base(world: &World, path: &str, content: &str) -> String {
    let commit = NewCommit::file("main", path, content, "somebody else's");
    world.forge.push_commit(REPOSITORY, commit).await.unwrap()
}

/// The job ends for good, saying `words`, and GitHub was not written to.
async fn refuses(world: &World, words: &str) {
    world.asked().await;
    let Ended::Failed(failed) = world.open().await else { panic!("it was opened") };
    assert_eq!(failed.reason, "PREVIEW_OUTDATED");
    assert!(
        failed.message.contains(words) && failed.message.contains("preview it again"),
        "{}",
        failed.message
    );
    assert!(matches!(
        failed.retry.and_then(|retry| retry.when),
        Some(pullwright_proto::job::retry::When::Never(()))
    ));
    let asked = world.asked().await;
    let wrote = |(method, route): &(String, String)| {
        route.contains("receive-pack") || (method != "GET" && route != "git.upload-pack")
    };
    assert!(!asked.iter().any(wrote), "{asked:?}");
    world.tell(|told| assert_eq!(told.announced, 0));
    assert_eq!(world.forge.branches(REPOSITORY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_previewed_is_opened() {
    let world = World::start().await;
    let PreviewPullRequestResponse { base_oid, patch_sha256, .. } = preview(&world).await.unwrap();
    expect(&world, &base_oid, &patch_sha256);
    assert_eq!(opened(world.open().await).patch_sha256, patch_sha256);
}

#[tokio::test]
async fn another_base_is_refused() {
    let world = World::start().await;
    let shown = preview(&world).await.unwrap();
    let now = move_base(&world, "README.md", "# moved\n").await;
    expect(&world, &shown.base_oid, "");
    refuses(&world, &format!("was at {} and is at {now} now", shown.base_oid)).await;
    // The same click after another look.
    let shown = preview(&world).await.unwrap();
    expect(&world, &shown.base_oid, &shown.patch_sha256);
    opened(world.open().await);
}

#[tokio::test]
async fn another_patch_is_refused() {
    let world = World::start().await;
    let shown = preview(&world).await.unwrap();
    move_base(&world, PARAMS, &BEFORE.replace("1.0\n  }\n}", "1.1\n  }\n}")).await;
    expect(&world, "", &shown.patch_sha256);
    refuses(&world, &format!("had the SHA-256 {}", shown.patch_sha256)).await;
}

#[tokio::test]
async fn a_base_that_moved_elsewhere_is_fine_when_only_the_patch_is_expected() {
    let world = World::start().await;
    let shown = preview(&world).await.unwrap();
    move_base(&world, "README.md", "# moved\n").await;
    expect(&world, "", &shown.patch_sha256);
    assert_eq!(opened(world.open().await).patch_sha256, shown.patch_sha256);
}

#[tokio::test]
async fn what_was_announced_already_is_taken_over_whatever_is_expected_now() {
    let world = World::start().await;
    let first = opened(world.open().await);
    expect(&world, &"1".repeat(40), &"2".repeat(64));
    let again = opened(world.open().await);
    assert!(again.adopted);
    assert_eq!(again.pull_request.unwrap().number, first.pull_request.unwrap().number);
    assert_eq!(again.patch_sha256, "");
}

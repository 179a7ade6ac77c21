//! Many pull requests at once.

use pullwright_forge::{ForgeError, NewHook, NewPull, NewPulls, PullChange, PullChanges, PullStep};
use reqwest::StatusCode;

use crate::support::{REPOSITORY, Receiver, World, all_sent};

#[tokio::test]
async fn many_pull_requests_are_made_without_a_push_each() {
    let world = World::start().await;
    let existing = world.change("mine", "7").await;
    let mut new = NewPulls::numbered("bulk/", 300);
    let mine = NewPull { title: "Mine".to_owned(), head: "mine".to_owned(), ..NewPull::default() };
    new.pulls.push(mine);
    let pulls = world.forge.create_pulls(REPOSITORY, new).await.unwrap();
    assert_eq!(pulls.len(), 301);
    assert_eq!((pulls[300].number, &pulls[300].head_sha), (301, &existing));
    let shown = world.rest().get(&format!("/repos/{REPOSITORY}/pulls/17")).await;
    assert_eq!((&shown["commits"], &shown["additions"]), (&1.into(), &1.into()));
    assert_eq!((&shown["mergeable"], &shown["state"]), (&true.into(), &"open".into()));
    assert_eq!(shown["head"]["sha"], pulls[16].head_sha);
    let git = world.git();
    git.run("", &format!("clone -q -b bulk/17 {} w", world.clone_url())).await;
    assert_eq!(git.run("w", "rev-parse HEAD").await, pulls[16].head_sha);
    // They live like any other.
    world.forge.merge(REPOSITORY, 17).await.unwrap();
    assert!(world.forge.delete_branch(REPOSITORY, "bulk/18").await.unwrap());
    assert!(!world.forge.pull(REPOSITORY, 18).await.unwrap().is_open());
}

#[tokio::test]
async fn a_head_that_has_a_pull_request_or_is_no_branch_refuses_them_all() {
    let world = World::start().await;
    world.open("bulk-2").await;
    let refused = world.forge.create_pulls(REPOSITORY, NewPulls::numbered("bulk-", 3)).await;
    assert!(matches!(refused, Err(ForgeError::AlreadyExists { .. })));
    let refused = world.forge.create_pulls(REPOSITORY, NewPulls::numbered("a..b", 1)).await;
    assert!(matches!(refused, Err(ForgeError::Invalid { .. })));
    let mut twice = NewPulls::numbered("same-", 1);
    twice.pulls.extend(NewPulls::numbered("same-", 1).pulls);
    let refused = world.forge.create_pulls(REPOSITORY, twice).await;
    assert!(matches!(refused, Err(ForgeError::AlreadyExists { .. })));
    assert_eq!(world.forge.pulls(REPOSITORY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn steps_are_taken_in_order_and_at_a_rate_and_told() {
    let world = World::start().await;
    let receiver = Receiver::start(StatusCode::OK).await;
    world.forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), "s")).await.unwrap();
    let new = NewPulls::numbered("bulk-", 2).announced();
    world.forge.create_pulls(REPOSITORY, new).await.unwrap();
    let step = |number, to| PullChange::new(REPOSITORY, number, to);
    let changes = vec![
        step(1, PullStep::Close),
        step(1, PullStep::Close),
        step(1, PullStep::Reopen),
        step(2, PullStep::Merge),
        step(2, PullStep::Reopen),
    ];
    let changes = PullChanges { changes, per_second: Some(20.0) };
    let report = world.forge.change_pulls(changes).await.unwrap();
    assert_eq!((report.done, report.refused), (3, 2));
    assert!(report.took_ms >= 200, "{report:?}");
    all_sent(&world.forge).await;
    let received = receiver.wait_for(6).await;
    let told: Vec<String> = received[1..]
        .iter()
        .map(|one| format!("{} {}", one.body()["number"], one.body()["action"].as_str().unwrap()))
        .collect();
    assert_eq!(told, ["1 opened", "2 opened", "1 closed", "1 reopened", "2 closed"]);
    let merged = world.forge.pull(REPOSITORY, 2).await.unwrap();
    assert!(merged.merged && !merged.is_open());
    assert_eq!(received[5].body()["pull_request"]["merged"], true);
}

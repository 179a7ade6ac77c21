//! Questions that are worked on aside: they leave nothing, wait for nobody and nobody waits for them.

use std::time::Duration;

use pullwright_runner::git::{Engine, GitSettings, ProcessEngine};

use super::world::{PARAMS, World, edit};

fn left(world: &World) -> usize {
    std::fs::read_dir(world.data().join("asides")).unwrap().count()
}

#[tokio::test]
async fn what_was_worked_on_aside_is_gone_when_nobody_needs_it() {
    let world = World::start().await;
    let aside = world.remote.clone().aside();
    let base = world.engine.open_base(&aside, "main", PARAMS, &[]).await.unwrap();
    let commits =
        world.engine.commit(&aside, &base, &[edit(&base, "{\"boost\": 2}\n")]).await.unwrap();
    drop(base);
    assert_eq!(left(&world), 1, "the commits are still needed");
    drop(commits);
    world.engine.tip(&aside, "main").await.unwrap();
    assert_eq!(left(&world), 0);
    assert!(!world.git_dir().exists(), "the jobs' folder is not even made");
}

#[tokio::test]
async fn a_question_that_is_given_up_leaves_nothing_that_a_restart_keeps() {
    let world = World::start_with(|settings| settings.limits.fetch = Duration::from_secs(30)).await;
    let aside = world.remote.clone().aside();
    for patience in [0, 1, 3, 10, 30] {
        let open = world.engine.open_base(&aside, "main", PARAMS, &[]);
        let _ = tokio::time::timeout(Duration::from_millis(patience), open).await;
    }
    let (data, asides) = (world.data(), world.data().join("asides"));
    std::fs::create_dir_all(asides.join("left.git/objects")).unwrap();
    drop(world.engine);
    // What was given up holds the folder until its processes have ended.
    let restarted = || async {
        let started = ProcessEngine::start(GitSettings::new(data.clone()), Default::default());
        started.await.map(|_| true)
    };
    pullwright_testkit::wait::until("the restart", Duration::from_secs(10), restarted)
        .await
        .unwrap();
    assert_eq!(std::fs::read_dir(asides).unwrap().count(), 0);
}

#[tokio::test]
async fn a_job_goes_on_as_if_nobody_had_asked_while_the_base_moves() {
    let world = World::start().await;
    let aside = world.remote.clone().aside();
    let base = world.open().await;
    world.git.write("README.md", "moved\n");
    let moved = world.git.commit_to("main");
    let asked = world.engine.open_base(&aside, "main", PARAMS, &[]).await.unwrap();
    assert_eq!(asked.oid.as_str(), moved);
    let other = edit(&asked, "{\"boost\": 7}\n");
    let previewed = world.engine.commit(&aside, &asked, &[other]).await.unwrap();

    let commits = world
        .engine
        .commit(&world.remote, &base, &[edit(&base, "{\"boost\": 2}\n")])
        .await
        .unwrap();
    world.engine.push_new(&world.remote, "b", &commits).await.unwrap();
    assert_eq!(world.tip("b").as_deref(), Some(commits.head.as_str()));
    assert_ne!(previewed.head, commits.head);
}

#[tokio::test]
async fn many_questions_and_a_job_at_once_all_get_their_own_answer() {
    let world = World::start().await;
    let aside = world.remote.clone().aside();
    let questions = (0..4).map(|n| {
        let (world, aside) = (&world, &aside);
        async move {
            let base = world.engine.open_base(aside, "main", PARAMS, &[]).await.unwrap();
            let commit = edit(&base, &format!("{{\"boost\": {n}}}\n"));
            let commits = world.engine.commit(aside, &base, &[commit]).await.unwrap();
            world
                .engine
                .diff(&base, &commits)
                .await
                .unwrap()
                .contains(&format!("+{{\"boost\": {n}}}"))
        }
    });
    let job = async {
        let commits = world.edit("{\"boost\": 9}\n").await;
        world.engine.push_new(&world.remote, "b", &commits).await.unwrap();
        world.tip("b").as_deref() == Some(commits.head.as_str())
    };
    let (answers, pushed) = tokio::join!(futures::future::join_all(questions), job);
    assert!(pushed);
    assert_eq!(answers, [true; 4]);
    assert_eq!(left(&world), 0);
}

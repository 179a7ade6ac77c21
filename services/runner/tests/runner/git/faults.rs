//! What servers, disks and dead processes do to us.

use std::{fs, time::Duration};

use pullwright_runner::git::{Engine, GitError, Pushed, Retry};
use uuid::Uuid;

use super::{
    server::{Fault, Server},
    world::{PARAMS, World, remote},
};

const BRANCH: &str = "pullwright/study-1";

#[tokio::test]
async fn a_refused_credential_is_told_from_a_server_that_is_away() {
    let world = World::start().await;
    for (status, code, retry) in [
        (401, "GITHUB_AUTH_FAILED", Retry::Never),
        (403, "GITHUB_AUTH_FAILED", Retry::Never),
        (404, "CLONE_FAILED", Retry::Never),
        (429, "CLONE_FAILED", Retry::Backoff),
        (503, "CLONE_FAILED", Retry::Backoff),
    ] {
        world.server.break_requests("/info/refs", Fault::Status(status));
        let error = world.engine.open_base(&world.remote, "main", PARAMS, &[]).await.unwrap_err();
        assert_eq!((error.code(), error.retry()), (code, retry), "{status}: {error}");
        let error = world.engine.tip(&world.remote, "main").await.unwrap_err();
        assert_eq!((error.code(), error.retry()), (code, retry), "{status}: {error}");
    }
    world.server.mend();
    world.open().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_or_not_git_can_be_tried_again() {
    let world = World::start().await;
    world.server.break_requests("/info/refs", Fault::WebPage);
    let error = world.engine.open_base(&world.remote, "main", PARAMS, &[]).await.unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
    let error = world.engine.tip(&world.remote, "main").await.unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "absence is not believed: {error}");
    let nobody = remote("http://127.0.0.1:1", &world.token, Uuid::from_u128(8));
    let error = world.engine.open_base(&nobody, "main", PARAMS, &[]).await.unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn rubbish_in_place_of_the_protocol_is_an_error_and_leads_nowhere() {
    let world = World::start().await;
    let line = |text: &str| format!("{:04x}{text}", text.len() + 4);
    let oid = "1".repeat(40);
    let refs =
        ["../../canary", "-x", "a\0b"].map(|name| line(&format!("{oid} refs/heads/{name}\n")));
    let head = line(&format!("{oid} HEAD symref-target:refs/heads/--upload-pack=touch\n"));
    for rubbish in [
        "0001000200030000".to_owned(),
        "zzzz".to_owned(),
        String::new(),
        refs.concat() + "0000",
        head + "0000",
    ] {
        let part = "POST /acme/search-config.git/git-upload-pack";
        world.server.break_requests(part, Fault::Bytes(rubbish.clone().into_bytes()));
        let opened = world.engine.open_base(&world.remote, "main", PARAMS, &[]).await;
        assert_eq!(
            opened.map_err(|error| error.retry() == Retry::Never).err(),
            Some(rubbish.contains("HEAD")),
            "{rubbish}"
        );
        let tip = world.engine.tip(&world.remote, "main").await;
        assert!(tip.is_err() || (rubbish.contains("HEAD") && tip.unwrap().is_none()), "{rubbish}");
    }
    assert!(!world.data().join("canary").exists() && !world.git_dir().join("canary").exists());
    world.server.mend();
    world.open().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_credential_or_without() {
    let world = World::start().await;
    let decoy = Server::start(world.data()).await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    for part in ["/info/refs", "/git-upload-pack", "/git-receive-pack"] {
        world.server.break_requests(part, Fault::Redirect(format!("http://{}", decoy.address)));
        let _ = world.engine.tip(&world.remote, "main").await;
        let _ = world.engine.open_base(&world.remote, "main", PARAMS, &[]).await;
        let _ = world.engine.push_new(&world.remote, BRANCH, &commits).await;
    }
    assert!(decoy.seen().is_empty());
    world.server.break_requests("/info/refs", Fault::Redirect(format!("http://{}", decoy.address)));
    let error = world.engine.tip(&world.remote, "main").await.unwrap_err();
    assert!(matches!(error, GitError::Redirected { .. }), "{error}");
}

#[tokio::test]
async fn a_push_whose_answer_is_lost_is_unknown_whether_or_not_it_happened() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    let push = || world.engine.push_new(&world.remote, BRANCH, &commits);
    for status in [403, 413, 502] {
        world
            .server
            .break_requests("POST /acme/search-config.git/git-receive-pack", Fault::Status(status));
        let pushed = push().await.unwrap();
        assert!(matches!(pushed, Pushed::Unknown { .. }), "{status}: {pushed:?}");
        assert_eq!(world.tip(BRANCH), None);
    }
    world
        .server
        .break_requests("POST /acme/search-config.git/git-receive-pack", Fault::CutAfterwards);
    let pushed = push().await.unwrap();
    assert!(matches!(pushed, Pushed::Unknown { .. }), "{pushed:?}");
    world.server.mend();
    let tip = world.engine.tip(&world.remote, BRANCH).await.unwrap();
    assert_eq!(tip, Some(commits.head.clone()), "it had happened");
}

#[tokio::test]
async fn a_push_without_permission_is_told() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    for status in [401, 403] {
        world.server.break_requests("service=git-receive-pack", Fault::Status(status));
        let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
        assert!(matches!(pushed, Pushed::AuthFailed { .. }), "{status}: {pushed:?}");
    }
}

#[tokio::test]
async fn a_flood_from_the_server_is_read_and_not_kept() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    world
        .server
        .break_requests("POST /acme/search-config.git/git-receive-pack", Fault::SideBand(20 << 20));
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    assert_eq!(pushed, Pushed::Created);
}

#[tokio::test]
async fn a_damaged_folder_is_built_anew() {
    let world = World::start().await;
    world.open().await;
    let packs = || fs::read_dir(world.git_dir().join("objects/pack")).unwrap();
    for entry in packs() {
        fs::write(entry.unwrap().path(), "rubbish").unwrap();
    }
    world.open().await;
    fs::remove_dir_all(world.git_dir().join("objects")).unwrap();
    world.open().await;
    fs::write(world.git_dir().join("config"), "[broken").unwrap();
    world.open().await;
    fs::write(world.git_dir().join("shallow"), "rubbish").unwrap();
    world.open().await;
}

#[tokio::test]
async fn locks_of_dead_processes_do_not_last() {
    let world = World::start().await;
    world.open().await;
    for lock in ["shallow.lock", "refs/base/main.lock", "packed-refs.lock", "HEAD.lock"] {
        fs::write(world.git_dir().join(lock), "").unwrap();
    }
    world.git.write("README.md", "moved\n");
    world.git.commit_to("main");
    world.open().await;
}

#[tokio::test]
async fn a_folder_that_has_grown_is_built_anew_when_nobody_needs_it() {
    let world = World::start_with(|settings| settings.most_packs = 3).await;
    for n in 0..4 {
        world.edit(&format!("{{\"boost\": {n}}}\n")).await;
    }
    let packs = fs::read_dir(world.git_dir().join("objects/pack")).unwrap();
    let packs = packs
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "pack"));
    assert!(packs.count() <= 5, "without building anew there would be more");
    let held = world.edit("{\"boost\": 7}\n").await;
    for _ in 0..4 {
        world.edit("{\"boost\": 8}\n").await;
    }
    let pushed = world.engine.push_new(&world.remote, BRANCH, &held).await.unwrap();
    assert_eq!(pushed, Pushed::Created);
}

#[tokio::test]
async fn a_data_folder_belongs_to_one_runner() {
    let world = World::start().await;
    let settings = pullwright_runner::git::GitSettings::new(world.data());
    let second =
        pullwright_runner::git::ProcessEngine::start(settings, world.redactor.clone()).await;
    assert!(second.is_err());
}

#[tokio::test]
async fn no_error_quotes_the_credential_that_a_server_echoes() {
    let world = World::start().await;
    world.git.hook("pre-receive", &format!("echo 'you sent {}'; exit 1", world.token));
    let commits = world.edit("{\"boost\": 2}\n").await;
    let pushed = world.engine.push_new(&world.remote, BRANCH, &commits).await.unwrap();
    let Pushed::Refused { text } = &pushed else { panic!("{pushed:?}") };
    assert!(text.contains("you sent") && !text.contains(&world.token), "{text}");
}

#[tokio::test]
async fn a_limit_is_kept() {
    let world =
        World::start_with(|settings| settings.limits.fetch = Duration::from_millis(500)).await;
    world.server.break_requests("/info/refs", Fault::Hang);
    let error = world.engine.tip(&world.remote, "main").await.unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
    assert_eq!(error.retry(), Retry::Backoff);
}

//! Against a GitHub that checks credentials and loses answers.

use pullwright_forge::{Fault, FaultKind, Forge, ForgeOptions, NewRepository, Permission};
use pullwright_runner::git::{Engine, GitError, GitSettings, ProcessEngine, Pushed, Remote};
use uuid::Uuid;

use super::world::{PARAMS, edit, remote};

const REPOSITORY: &str = "acme/search-config";
const BRANCH: &str = "pullwright/study-1";

struct World {
    forge: Forge,
    engine: ProcessEngine,
    writer: Remote,
    reader: Remote,
    stranger: Remote,
    _data: tempfile::TempDir,
}

async fn world() -> World {
    let forge = Forge::start(ForgeOptions::default()).await.unwrap();
    let token = |letter: &str| format!("gh{}_{}", "s", letter.repeat(40));
    let repository = NewRepository::new("acme", "search-config")
        .file(PARAMS, "{\"boost\": 1}\n")
        .token("bot", token("w"), Permission::Write)
        .token("guest", token("r"), Permission::Read);
    forge.create_repository(repository).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let settings = GitSettings::new(data.path().to_owned());
    let engine = ProcessEngine::start(settings, Default::default()).await.unwrap();
    let with = |letter| remote(&forge.url(), &token(letter), Uuid::from_u128(9));
    let (writer, reader, stranger) = (with("w"), with("r"), with("x"));
    World { forge, engine, writer, reader, stranger, _data: data }
}

#[tokio::test]
async fn a_private_repository_is_read_by_whom_it_lets_and_written_by_fewer() {
    let world = world().await;
    let base = world.engine.open_base(&world.reader, "main", PARAMS, &[]).await.unwrap();
    let commit = edit(&base, "{\"boost\": 2}\n");
    let commits = world.engine.commit(&world.reader, &base, &[commit]).await.unwrap();
    let refused = world.engine.push_new(&world.reader, BRANCH, &commits).await.unwrap();
    assert!(matches!(refused, Pushed::AuthFailed { .. }), "{refused:?}");
    let error = world.engine.open_base(&world.stranger, "main", PARAMS, &[]).await.unwrap_err();
    assert!(
        matches!(error, GitError::AuthFailed { .. } | GitError::RepositoryNotFound { .. }),
        "{error}"
    );
    let pushed = world.engine.push_new(&world.writer, BRANCH, &commits).await.unwrap();
    assert_eq!(pushed, Pushed::Created);
    let tip = world.forge.branch_tip(REPOSITORY, BRANCH).await.unwrap();
    assert_eq!(tip.as_deref(), Some(commits.head.as_str()));
}

#[tokio::test]
async fn whether_a_push_is_let_in_is_asked_without_pushing() {
    let world = world().await;
    world.forge.clear_requests().await;
    world.engine.may_push(&world.writer).await.unwrap();
    for remote in [&world.reader, &world.stranger] {
        let error = world.engine.may_push(remote).await.unwrap_err();
        assert!(
            matches!(error, GitError::AuthFailed { .. } | GitError::RepositoryNotFound { .. }),
            "{error}"
        );
    }
    let asked = world.forge.requests().await;
    assert!(asked.iter().all(|request| request.method == "GET"), "{asked:?}");
}

#[tokio::test]
async fn a_dropped_push_is_settled_by_a_look_at_the_tip() {
    let world = world().await;
    let base = world.engine.open_base(&world.writer, "main", PARAMS, &[]).await.unwrap();
    let commit = edit(&base, "{\"boost\": 2}\n");
    let commits = world.engine.commit(&world.writer, &base, &[commit]).await.unwrap();
    // Libcurl repeats a request on a fresh connection when a kept one dies in silence, so one drop may go unseen.
    for (branch, kind, times) in [
        ("before-once", FaultKind::DropBeforeEffect, 1),
        ("before", FaultKind::DropBeforeEffect, 9),
        ("after-once", FaultKind::DropAfterEffect, 1),
        ("after", FaultKind::DropAfterEffect, 9),
    ] {
        world.forge.add_fault(Fault::on("git.receive-pack", kind).times(times)).await.unwrap();
        let pushed = world.engine.push_new(&world.writer, branch, &commits).await.unwrap();
        world.forge.clear_faults().await;
        let tip = world.engine.tip(&world.writer, branch).await.unwrap();
        match pushed {
            Pushed::Created => assert_eq!(tip, Some(commits.head.clone()), "{branch}"),
            Pushed::Unknown { .. } | Pushed::RefusedExists => {
                let expected = branch.starts_with("after").then(|| commits.head.clone());
                assert_eq!(tip, expected, "{branch}");
            }
            other => panic!("{branch}: {other:?}"),
        }
    }
}

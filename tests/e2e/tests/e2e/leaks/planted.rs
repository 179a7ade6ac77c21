//! The hunt proves itself: a credential that is put into each place is found there.

use std::{io::Write as _, process::Stdio, slice};

use pullwright_forge::{NewCommit, world::NewPull};
use pullwright_harness::{Stack, WireOptions};
use tokio_postgres::NoTls;

use super::{
    arguments, families, holders,
    needles::{self, Needles},
    places::{self, Surface},
    processes::Sampler,
    shared,
};

#[tokio::test]
async fn a_planted_credential_is_found_wherever_it_stands() {
    let stack = shared().await;
    let wired = stack.wire(WireOptions::new("planted")).await.unwrap();
    let planted = families::all().remove(0).value;
    let forms = needles::forms("the planted one", &planted);
    let needles = Needles::new(forms.clone());
    let form = |how: &str| forms.iter().find(|form| form.how == how).unwrap().text.clone();
    let found = |surface: &Surface| surface.hits(&needles).len();

    let before = places::forge(stack, slice::from_ref(&wired.repository)).await;
    assert_eq!(before.iter().map(found).sum::<usize>(), 0);
    on_the_forge(stack, &wired.repository, &planted, &form("base64")).await;
    for surface in places::forge(stack, slice::from_ref(&wired.repository)).await {
        assert!(found(&surface) > 0);
    }

    assert_eq!(found(&places::rows(stack).await), 0);
    registry(
        stack,
        &format!("INSERT INTO secret_bindings VALUES ('{}', 'credential', '', '')", form("hex")),
    )
    .await;
    let rows = places::rows(stack).await;
    assert_eq!(
        found(&rows),
        found(&rows.only("a column", |place| place == "secret_bindings.secret"))
    );
    assert!(found(&rows) > 0);
    registry(stack, "CHECKPOINT").await;
    assert!(found(&places::stores(stack)) > 0);

    assert_eq!(found(&places::answers(stack).await), 0);
    registry(
        stack,
        &format!(
            "UPDATE clusters SET name = '{}' WHERE id = '{}'",
            form("percent-encoded throughout"),
            wired.cluster_id
        ),
    )
    .await;
    assert!(found(&places::answers(stack).await) > 0);

    assert_eq!(found(&places::redis(stack).await), 0);
    in_redis(stack, &form("base64 for URLs")).await;
    assert!(found(&places::redis(stack).await) > 0);

    let log = stack.logs().join("runner.log");
    assert_eq!(found(&places::logs(stack)), 0);
    let mut log = std::fs::File::options().append(true).open(log).unwrap();
    writeln!(log, "{{\"message\":\"{}\"}}", form("JSON-escaped throughout")).unwrap();
    assert!(found(&places::logs(stack)) > 0);

    for (surface, folder) in [(0, stack.clones()), (1, stack.folder().to_owned())] {
        assert_eq!(found(&places::files(stack)[surface]), 0);
        std::fs::write(folder.join("scratch"), form("base64 with git's user")).unwrap();
        assert!(found(&places::files(stack)[surface]) > 0);
    }

    let sampler = Sampler::start();
    in_a_process(&planted);
    let programs = sampler.stop();
    assert!(found(&arguments(&programs)) > 0);
    let held = holders(&programs, &needles);
    assert!(held.iter().any(|holder| holder.variable == "PLANTED"), "{held:?}");
}

/// A commit's message, and a pull request's title, body and comment.
async fn on_the_forge(stack: &Stack, repository: &str, plain: &str, encoded: &str) {
    let forge = stack.forge().unwrap();
    let file = NewCommit::file("theirs", "x.txt", "x", format!("say {encoded}"));
    let commit = NewCommit { from: Some("main".to_owned()), ..file };
    forge.push_commit(repository, commit).await.unwrap();
    let new = NewPull {
        title: format!("x{plain}"),
        head: "theirs".to_owned(),
        base: None,
        body: Some(format!("{encoded} and more")),
        draft: false,
        actor: None,
    };
    let pull = forge.open_pull(repository, new).await.unwrap();
    forge.comment(repository, pull.number, plain).await.unwrap();
}

async fn registry(stack: &Stack, statement: &str) {
    let url = stack.postgres.url("pullwright_registry");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

async fn in_redis(stack: &Stack, text: &str) {
    let client = redis::Client::open(stack.redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut set = redis::cmd("SET");
    let () = set.arg("planted").arg(text).query_async(&mut connection).await.unwrap();
}

/// A process that does what none of ours may.
fn in_a_process(planted: &str) {
    #[expect(clippy::disallowed_methods, reason = "no program of ours can be made to do this")]
    let mut child = std::process::Command::new("/bin/sh")
        .args(["-c", "sleep 0.3; :", "sh", planted])
        .env("PLANTED", planted)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.wait().unwrap();
}

//! The schema goes up, down and up again, also by the binary.

use pullwright_pg::{Queries as _, Settings, migrate::Changes};
use pullwright_proposal::migrations;
use pullwright_proto::proposal::ProposalStatus;
use pullwright_rpc::explain::chain;
use pullwright_testkit::stores::fresh_database;

use crate::{
    harness::Harness,
    hook::Hook,
    moves::supersede,
    runner::{Runner, pull},
};

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    let database = fresh_database("migrations").await.unwrap();
    let settings = Settings::new(database.url, "test");
    let all = versions();
    let applied = Changes { applied: all.clone(), reverted: vec![] };
    assert_eq!(migrations::up(&settings).await.unwrap(), applied);
    let back = all.iter().rev().copied().collect();
    assert_eq!(
        migrations::to(&settings, 0).await.unwrap(),
        Changes { applied: vec![], reverted: back }
    );
    assert_eq!(migrations::to(&settings, *all.last().unwrap()).await.unwrap(), applied);
    assert_eq!(migrations::up(&settings).await.unwrap(), Changes::default());
}

/// §18.6 AC-1 and AC-2; on a database with studies, generations, jobs and what gave way.
#[tokio::test]
async fn transitions_are_not_taken_back_while_something_needs_them() {
    let ledger = Harness::start().await;
    let settings = ledger.database();
    let opened = ledger.manual().await.id;
    ledger.open(&opened).await.unwrap();
    Runner::of(&ledger, "one").one().await.opened(pull(7, 1)).await.unwrap();
    let repository = ledger.registry.repository_of(&ledger.cluster);
    Hook::closed(&repository, 7, 2).outcome(&ledger).await;
    ledger.open(&opened).await.unwrap();
    let gone = ledger.manual().await.id;
    supersede(&ledger, &gone, &opened).await.unwrap();

    let refused = migrations::to(settings, 2).await.unwrap_err();
    let told = chain(&refused);
    assert!(told.contains("1 superseded proposals are in the way"), "{told}");
    let by_hand = told.split_once("such as by: ").unwrap().1;
    let by_hand = by_hand.split_once("status = 'superseded'").unwrap().0;
    let by_hand = format!("{by_hand}status = 'superseded'");
    assert!(by_hand.starts_with("UPDATE proposals SET status = 'rejected'"), "{by_hand}");
    ledger.db().await.batch_execute(&by_hand).await.unwrap();

    const TWO: &str = "
        INSERT INTO jobs (id, kind, subject, generation, lane)
        SELECT gen_random_uuid(), kind, subject, 2, lane
        FROM jobs
        WHERE subject = $1 AND kind = 'close_pull_request' AND generation = 1";
    ledger.sql(TWO, &opened).await;
    let refused = chain(&migrations::to(settings, 2).await.unwrap_err());
    assert!(refused.contains("let the runners end these jobs first"), "{refused}");
    const END: &str = "UPDATE jobs SET ended_at = now(), outcome = 'completed' WHERE subject = $1 AND ended_at IS NULL";
    ledger.sql(END, &opened).await;

    let newest = *versions().last().unwrap();
    assert_eq!(migrations::to(settings, 2).await.unwrap().reverted.last(), Some(&3));
    assert_eq!(migrations::to(settings, newest).await.unwrap().applied.first(), Some(&3));
    let ledger = ledger.replica().await;
    let after = ledger.get(&gone).await.unwrap();
    assert_eq!(
        (after.status(), after.rejected_reason.as_str()),
        (ProposalStatus::Rejected, "superseded")
    );
    assert_eq!(ledger.get(&opened).await.unwrap().generation, 2);
    let back = ledger.manual().await.id;
    supersede(&ledger, &back, "").await.unwrap();
}

/// The versions that there are, by their files.
fn versions() -> Vec<i32> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    let version = |name: String| name.strip_prefix('V')?.split_once("__")?.0.parse().ok();
    let mut versions: Vec<_> = files
        .filter_map(|file| version(file.unwrap().file_name().into_string().unwrap()))
        .collect();
    versions.sort_unstable();
    versions
}

#[tokio::test]
async fn the_binary_migrates_to_a_version_and_names_a_missing_variable() {
    let database = fresh_database("binary").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("url");
    std::fs::write(&url, &database.url).unwrap();
    for (version, change) in [("1", r#""applied":"[1]""#), ("0", r#""reverted":"[1]""#)] {
        let ran = binary(&["migrate", "--to", version])
            .env("PROPOSAL_DATABASE_URL_FILE", &url)
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stdout);
        assert!(
            ran.status.success() && told.contains(change),
            "{told}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let ran = binary(&[]).output().await.unwrap();
    assert!(!ran.status.success());
    assert!(String::from_utf8_lossy(&ran.stderr).contains("PROPOSAL_DATABASE_URL is not set"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "our own binary, with an environment built from empty"
)]
fn binary(arguments: &[&str]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_pullwright-proposal"));
    command.args(arguments).env_clear().kill_on_drop(true);
    command
}

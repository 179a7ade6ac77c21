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

/// On a database with deliveries of every sort: what an older release cannot hold is not taken away silently, the rest goes there and back.
#[tokio::test]
async fn deliveries_go_back_to_an_older_release_and_return() {
    let ledger = Harness::start().await;
    let (settings, repository) =
        (ledger.database(), ledger.registry.repository_of(&ledger.cluster));
    let kept = Hook::merged(&repository, 7, 1);
    let twin = kept.again();
    let parked = Hook::merged("", 7, 1).of_app(&uuid::Uuid::now_v7().to_string(), "acme/unknown");
    for hook in [&kept, &twin, &parked] {
        hook.deliver(&ledger).await.unwrap();
    }
    let db = ledger.db().await;
    db.batch_execute(
        "UPDATE deliveries SET outcome = 'failed', error = 'broken' WHERE outcome = 'unknown_pr'",
    )
    .await
    .unwrap();
    let told = chain(&migrations::to(settings, 7).await.unwrap_err());
    assert!(told.contains("1 deliveries of Apps"), "{told}");
    let by_hand = told.split_once("forgotten by: ").unwrap().1;
    let by_hand = by_hand.split_once("'parked'").unwrap().0;
    db.batch_execute(&format!("{by_hand}'parked'")).await.unwrap();

    let newest = *versions().last().unwrap();
    migrations::to(settings, 7).await.unwrap();
    const OLD: &str = "SELECT count(*) AS n, count(duplicate_of) AS twins FROM deliveries WHERE octet_length(body_gzip) > 18";
    let old = db.query_one(OLD, &[]).await.unwrap();
    assert_eq!((old.get::<_, i64>("n"), old.get::<_, i64>("twins")), (2, 1));
    assert_eq!(migrations::to(settings, newest).await.unwrap().applied.first(), Some(&8));

    let ledger = ledger.replica().await;
    const NEW: &str = "
        SELECT count(*) AS n
        FROM deliveries
        WHERE owner_id = repository_id AND hook = 'repository' AND body_encoding = 'gzip' AND action = 'closed'
          AND body_size = $1 AND next_attempt_at <= now()";
    let size = format!("{:?}", kept.request.pull_request).len();
    let new = ledger.db().await.query_one(NEW, &[&i64::try_from(size).unwrap()]).await.unwrap();
    assert_eq!(new.get::<_, i64>("n"), 2, "and what had failed is tried again");
    const TOTALS: &str = "SELECT sum(rows)::bigint AS n FROM (SELECT rows FROM delivery_totals UNION ALL SELECT rows FROM delivery_total_changes) AS kept";
    assert_eq!(ledger.db().await.query_one(TOTALS, &[]).await.unwrap().get::<_, i64>("n"), 2);
    pullwright_proposal::rpc::replay::step(&ledger.app).await.unwrap();
    assert_eq!(
        kept.repeated(&ledger).await,
        pullwright_proto::delivery::DeliveryOutcome::UnknownPr
    );
}

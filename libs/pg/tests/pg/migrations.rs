//! Migrations go up, down and up again, one migrator at a time.

use pullwright_pg::{
    Pool, Queries, Settings,
    migrate::{self, Changes, Down, MigrateError, State},
};
use pullwright_testkit::stores::{fresh_database, fresh_database_from};
use refinery::{Migration, Runner};

const FILES: [(&str, &str); 3] = [
    ("V1__proposals", "CREATE TABLE proposals (id uuid PRIMARY KEY)"),
    ("V2__jobs", "CREATE TABLE jobs (id uuid PRIMARY KEY); CREATE INDEX jobs_id ON jobs (id)"),
    ("V3__lanes", "CREATE TABLE lanes (key text PRIMARY KEY)"),
];
const DOWNS: [Down; 3] =
    [(1, "DROP TABLE proposals"), (2, "DROP TABLE jobs"), (3, "DROP TABLE lanes")];

fn runner(files: &[(&str, &str)]) -> Runner {
    let migrations: Vec<_> =
        files.iter().map(|(name, sql)| Migration::unapplied(name, sql).unwrap()).collect();
    Runner::new(&migrations)
}

async fn settings() -> Settings {
    Settings::new(fresh_database("migrations").await.unwrap().url, "test")
}

async fn tables(settings: &Settings) -> Vec<String> {
    const TABLES: &str = "
        SELECT tablename::text FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'refinery_schema_history'
        ORDER BY tablename";
    let client = Pool::connect(settings).unwrap().client().await.unwrap();
    client.query(TABLES, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

fn applied(versions: &[i32]) -> Changes {
    Changes { applied: versions.to_vec(), reverted: vec![] }
}

fn reverted(versions: &[i32]) -> Changes {
    Changes { applied: vec![], reverted: versions.to_vec() }
}

#[tokio::test]
async fn up_down_and_up_again_ends_where_it_was() {
    let settings = settings().await;
    assert_eq!(migrate::up(&settings, runner(&FILES)).await.unwrap(), applied(&[1, 2, 3]));
    assert_eq!(migrate::up(&settings, runner(&FILES)).await.unwrap(), applied(&[]));

    let down = migrate::to(&settings, runner(&FILES), &DOWNS, 1).await.unwrap();
    assert_eq!(down, reverted(&[3, 2]));
    assert_eq!(tables(&settings).await, ["proposals"]);

    let up = migrate::to(&settings, runner(&FILES), &DOWNS, 2).await.unwrap();
    assert_eq!(up, applied(&[2]));
    assert_eq!(migrate::up(&settings, runner(&FILES)).await.unwrap(), applied(&[3]));
    assert_eq!(tables(&settings).await, ["jobs", "lanes", "proposals"]);

    let all = migrate::to(&settings, runner(&FILES), &DOWNS, 0).await.unwrap();
    assert_eq!(all, reverted(&[3, 2, 1]));
    assert_eq!(tables(&settings).await, [""; 0]);
}

#[tokio::test]
async fn of_two_migrators_at_once_one_works_and_the_other_finds_it_done() {
    let settings = settings().await;
    let work = || migrate::up(&settings, runner(&FILES));
    let (a, b, c, d) = tokio::join!(work(), work(), work(), work());
    let mut changes: Vec<_> = [a, b, c, d].map(|changes| changes.unwrap().applied).into();
    changes.sort();
    assert_eq!(changes, [vec![], vec![], vec![], vec![1, 2, 3]]);
}

#[tokio::test]
async fn a_missing_way_back_is_refused_before_anything_changes() {
    let settings = settings().await;
    migrate::up(&settings, runner(&FILES)).await.unwrap();
    let refused = migrate::to(&settings, runner(&FILES), &[DOWNS[0], DOWNS[2]], 0).await;
    assert!(matches!(refused, Err(MigrateError::NoWayBack { version: 2 })), "{refused:?}");
    assert_eq!(tables(&settings).await.len(), 3);
}

#[tokio::test]
async fn a_script_that_fails_leaves_its_migration_applied() {
    let settings = settings().await;
    migrate::up(&settings, runner(&FILES)).await.unwrap();
    let broken = [DOWNS[0], (2, "DROP TABLE jobs; DROP TABLE nothing"), DOWNS[2]];
    let refused = migrate::to(&settings, runner(&FILES), &broken, 0).await;
    assert!(matches!(refused, Err(MigrateError::Revert { version: 2, .. })), "{refused:?}");
    assert_eq!(tables(&settings).await, ["jobs", "proposals"]);
    assert_eq!(migrate::up(&settings, runner(&FILES)).await.unwrap(), applied(&[3]));
}

#[tokio::test]
async fn an_unknown_target_is_refused() {
    let refused = migrate::to(&settings().await, runner(&FILES), &DOWNS, 4).await;
    assert!(matches!(refused, Err(MigrateError::NoSuchVersion { version: 4 })), "{refused:?}");
}

#[tokio::test]
async fn an_older_binary_neither_migrates_nor_takes_back_what_it_does_not_know() {
    let settings = settings().await;
    migrate::up(&settings, runner(&FILES)).await.unwrap();
    let refused = migrate::up(&settings, runner(&FILES[..2])).await;
    assert!(matches!(refused, Err(MigrateError::Up(_))), "{refused:?}");
    let refused = migrate::to(&settings, runner(&FILES[..2]), &DOWNS, 1).await;
    assert!(matches!(refused, Err(MigrateError::NotOurs { version: 3 })), "{refused:?}");
    assert_eq!(tables(&settings).await.len(), 3);
}

#[tokio::test]
async fn the_status_says_how_each_migration_stands() {
    let settings = settings().await;
    let before = migrate::status(&settings, &runner(&FILES)).await.unwrap();
    assert!(before.iter().all(|status| status.state == State::Pending));
    assert_eq!(before.len(), 3);

    migrate::to(&settings, runner(&FILES), &DOWNS, 2).await.unwrap();
    let other = [FILES[0], ("V2__jobs", "SELECT 1"), FILES[2]];
    let after = migrate::status(&settings, &runner(&other)).await.unwrap();
    assert!(matches!(after[0].state, State::Applied(at) if at.as_second() > 0));
    assert!(matches!(after[1].state, State::Changed(_)));
    assert_eq!(after[2].state, State::Pending);
    assert_eq!(after[2].name, "lanes");

    let older = migrate::status(&settings, &runner(&FILES[..1])).await.unwrap();
    assert!(matches!(older[1].state, State::Unknown(_)));
}

#[tokio::test]
async fn a_migrated_template_can_be_copied_at_once() {
    for _ in 0..2 {
        let database = fresh_database_from("migrated", async |url: String| {
            migrate::up(&Settings::new(url, "test"), runner(&FILES)).await.map(drop)
        });
        let settings = Settings::new(database.await.unwrap().url, "test");
        assert_eq!(tables(&settings).await.len(), 3);
        assert_eq!(migrate::up(&settings, runner(&FILES)).await.unwrap(), applied(&[]));
    }
}

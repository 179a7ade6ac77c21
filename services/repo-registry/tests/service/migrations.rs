//! The schema, there and back.

use pullwright_pg::{Pool, Queries as _, migrate};
use pullwright_repo_registry::migrations::{DOWNS, runner};
use pullwright_testkit::stores;

#[tokio::test]
async fn every_migration_goes_up_down_and_up_again() {
    let database = stores::fresh_database("registry_migrations").await.unwrap();
    let settings = pullwright_pg::Settings::new(database.url, "registry-tests");
    let newest =
        runner().get_migrations().iter().map(|migration| migration.version()).max().unwrap();
    assert_eq!(DOWNS.len(), runner().get_migrations().len());
    migrate::up(&settings, runner()).await.unwrap();
    migrate::to(&settings, runner(), DOWNS, 0).await.unwrap();

    let db = Pool::connect(&settings).unwrap();
    let left = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'refinery_schema_history'";
    assert_eq!(db.client().await.unwrap().query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    let changes = migrate::to(&settings, runner(), DOWNS, newest).await.unwrap();
    assert_eq!(changes.applied, (1..=newest).collect::<Vec<_>>());
}

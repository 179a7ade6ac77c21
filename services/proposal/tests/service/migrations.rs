//! The schema goes up, down and up again.

use pullwright_pg::{Settings, migrate::Changes};
use pullwright_proposal::migrations;
use pullwright_testkit::stores::fresh_database;

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    let database = fresh_database("migrations").await.unwrap();
    let settings = Settings::new(database.url, "test");
    assert_eq!(
        migrations::up(&settings).await.unwrap(),
        Changes { applied: vec![1], reverted: vec![] }
    );
    assert_eq!(
        migrations::to(&settings, 0).await.unwrap(),
        Changes { applied: vec![], reverted: vec![1] }
    );
    assert_eq!(
        migrations::to(&settings, 1).await.unwrap(),
        Changes { applied: vec![1], reverted: vec![] }
    );
    assert_eq!(migrations::up(&settings).await.unwrap(), Changes::default());
}

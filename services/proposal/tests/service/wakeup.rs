//! The wake-up between replicas, on a real database.

use std::time::Duration;

use pullwright_pg::{Pool, Queries as _, Settings};
use pullwright_proposal::wakeup::Wakeup;
use pullwright_testkit::{stores::fresh_database, wait::until};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

fn replica(settings: &Settings, stop: &CancellationToken) -> Wakeup {
    let wakeup = Wakeup::default();
    let (running, settings, stop) = (wakeup.clone(), settings.clone(), stop.clone());
    tokio::spawn(async move {
        running.run(Pool::connect(&settings).unwrap(), settings, stop).await;
    });
    wakeup
}

#[tokio::test]
async fn a_poke_reaches_other_replicas_also_after_their_connections_broke() {
    let database = fresh_database("wakeup").await.unwrap();
    let settings = Settings::new(database.url, "wakeup");
    let stop = CancellationToken::new();
    let (one, other) = (replica(&settings, &stop), replica(&settings, &stop));
    let db = Pool::connect(&settings).unwrap().client().await.unwrap();
    let listening = async |replicas: i64| {
        const SQL: &str = "
            SELECT count(*) AS n
            FROM pg_stat_activity
            WHERE query LIKE 'LISTEN pullwright_jobs%' AND state = 'idle' AND datname = current_database()";
        until("the replicas listen", PATIENCE, || async {
            db.query_one(SQL, &[]).await.map(|row| row.get::<_, i64>("n") == replicas)
        })
        .await
        .unwrap();
    };
    for _ in 0..2 {
        listening(2).await;
        let mut pokes = other.subscribe();
        one.poke();
        tokio::time::timeout(PATIENCE, pokes.changed()).await.expect("heard of").unwrap();

        const BREAK: &str = "
            SELECT pg_terminate_backend(pid, 5000)
            FROM pg_stat_activity
            WHERE query LIKE 'LISTEN pullwright_jobs%' AND datname = current_database()";
        db.query(BREAK, &[]).await.unwrap();
    }
    listening(2).await;
    stop.cancel();
    listening(0).await;
}

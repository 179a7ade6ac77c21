//! The way between replicas, and the one poll that stands in for it.

use std::{sync::PoisonError, time::Duration};

use futures::{StreamExt as _, stream};
use pullwright_pg::{PgError, Pool, Queries as _};
use pullwright_rpc::explain::chain;
use tokio_postgres::{AsyncMessage, Notification};

use super::{Shared, note};
use crate::{error::Result, store::events};

/// `NOTIFY` takes a lock of the whole cluster at commit, so it stands in a transaction of its own and never more often than this.
const BETWEEN_NOTIFICATIONS: Duration = Duration::from_millis(20);
/// How long to wait before listening again after the connection broke, doubled each time up to the second value.
const RECONNECT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// How often the watched proposals are looked after.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tells other replicas what was said here.
pub(super) async fn tell(shared: &Shared, db: &Pool) {
    const SQL: &str = "
        SELECT pg_notify(channel, payload)
        FROM unnest($1::text[], $2::text[]) AS told (channel, payload)";
    loop {
        shared.elsewhere.notified().await;
        let untold =
            std::mem::take(&mut *shared.untold.lock().unwrap_or_else(PoisonError::into_inner));
        let mut told: Vec<_> = note::events(&shared.replica, &untold.proposals)
            .into_iter()
            .map(|payload| (note::EVENTS, payload))
            .collect();
        if untold.jobs {
            told.push((note::JOBS, shared.replica.clone()));
        }
        let (channels, payloads): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        let asked = async { db.client().await?.query(SQL, &[&channels, &payloads]).await };
        if let Err(error) = asked.await {
            tracing::warn!(error.chain = chain(&error), "could not tell other replicas");
        }
        tokio::time::sleep(BETWEEN_NOTIFICATIONS).await;
    }
}

/// Hears what other replicas say.
pub(super) async fn listen(shared: &Shared, settings: &pullwright_pg::Settings) {
    let mut wait = RECONNECT.0;
    loop {
        match listen_once(shared, settings, &mut wait).await {
            Ok(()) => tracing::warn!("the connection that listens to other replicas was closed"),
            Err(error) => {
                tracing::warn!(error.chain = chain(&error), "could not listen to other replicas");
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RECONNECT.1);
    }
}

async fn listen_once(
    shared: &Shared,
    settings: &pullwright_pg::Settings,
    wait: &mut Duration,
) -> Result<()> {
    let (client, mut connection) = pullwright_pg::connect_alone(settings).await?;
    let mut messages = stream::poll_fn(|cx| connection.poll_message(cx)).fuse();
    let sql = format!("LISTEN {}; LISTEN {}", note::JOBS, note::EVENTS);
    let listening = async {
        let answer = client.batch_execute(&sql).await;
        // Jobs may have been queued while nobody listened.
        shared.jobs.send_replace(());
        answer
    };
    let mut listening = std::pin::pin!(listening);
    let mut is_listening = false;
    loop {
        tokio::select! {
            answer = &mut listening, if !is_listening => {
                answer.map_err(PgError::from)?;
                is_listening = true;
                *wait = RECONNECT.0;
            }
            message = messages.next() => match message {
                None => return Ok(()),
                Some(Err(error)) => return Err(PgError::from(error).into()),
                Some(Ok(AsyncMessage::Notification(told))) => hear(shared, &told),
                Some(Ok(_)) => {}
            },
        }
    }
}

fn hear(shared: &Shared, told: &Notification) {
    let (replica, proposals) = note::read(told.payload());
    if replica == shared.replica {
        return;
    }
    if told.channel() == note::JOBS {
        shared.jobs.send_replace(());
    } else {
        shared.watched.tell(&proposals);
    }
}

/// Looks after the watched proposals, all in one question: for what nobody told.
pub(super) async fn look(shared: &Shared, db: &Pool) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let watched = shared.watched.proposals();
        if watched.is_empty() {
            continue;
        }
        let asked = async { events::heads(&db.client().await?, &watched).await };
        match asked.await {
            Ok(heads) => shared.watched.catch_up(&watched, &heads),
            Err(error) => {
                tracing::warn!(
                    error.chain = chain(&error),
                    "could not look after watched proposals"
                );
            }
        }
    }
}

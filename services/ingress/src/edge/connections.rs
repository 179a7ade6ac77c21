//! Connections: taken one by one, limited in number, in the size of heads and in the time that a head may take.
//!
//! Written on hyper because `axum::serve` has no time limit for heads: whoever sends one byte a second would keep a
//! connection for ever.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Most connections at once; more wait in the listener's queue.
const MOST_CONNECTIONS: usize = 1024;
/// Largest head of a request, in bytes; larger ones are answered with 431.
const LARGEST_HEAD: usize = 64 * 1024;
/// How long a head may take, the wait for a kept-alive connection's next one included.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long calls that are under way may take after the service was asked to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(10);
/// How long to wait when the process has no file descriptor left.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` is cancelled, then lets running calls end for ten seconds.
pub(crate) async fn serve(
    router: Router,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let running = TaskTracker::new();
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => break,
            taken = next(&listener, &places) => taken,
        };
        match taken {
            Ok((stream, place)) => {
                running.spawn(hold(stream, router.clone(), stop.clone(), place));
            }
            Err(error) if is_of_one_connection(&error) => {
                tracing::debug!(%error, "a connection broke before it was taken");
            }
            Err(error) => {
                tracing::error!(%error, "cannot take connections");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    running.close();
    if tokio::time::timeout(GRACE, running.wait()).await.is_err() {
        tracing::warn!(
            connections = running.len(),
            "stopping with calls under way, the grace period is over"
        );
    }
    Ok(())
}

async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput)
}

async fn hold(
    stream: TcpStream,
    router: Router,
    stop: CancellationToken,
    place: OwnedSemaphorePermit,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_LIMIT)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
    drop(place);
}

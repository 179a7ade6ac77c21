//! A proposal's events as they happen: the ledger's stream as server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::{
    IntoResponse, Response,
    sse::{self, KeepAlive, Sse},
};
use futures::stream::{self, Stream, StreamExt as _};
use pullwright_proto::proposal::{ProposalStatus, WatchProposalRequest, WatchProposalResponse};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tonic::Streaming;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{shape::Event, shown},
};

/// Most streams at once: each holds a connection for as long as somebody looks.
const MOST_STREAMS: usize = 256;
/// How often a silent stream says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After which time a client connects again.
const RETRY: Duration = Duration::from_secs(3);
/// How long the end of a finished proposal's stream is waited for before it is taken for one that goes on.
const END: Duration = Duration::from_secs(1);

/// The places for streams, and the end of the service, at which they all end.
#[derive(Debug, Clone)]
pub(crate) struct Watchers {
    places: Arc<Semaphore>,
    stop: CancellationToken,
}

/// A proposal that is followed.
pub(in crate::rest) struct Watching {
    first: Option<WatchProposalResponse>,
    later: Streaming<WatchProposalResponse>,
    stop: CancellationToken,
    /// Given back when nobody looks any more.
    _place: OwnedSemaphorePermit,
}

impl Default for Watchers {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(MOST_STREAMS)), stop: CancellationToken::new() }
    }
}

impl Watchers {
    /// Ends all streams.
    pub(crate) fn end(&self) {
        self.stop.cancel();
    }
}

/// Begins to follow a proposal; none when nothing can happen to it any more.
pub(super) async fn watch(
    app: &App,
    proposal_id: String,
    after_event_id: String,
) -> Result<Option<Watching>, ApiError> {
    let place = app.watchers.places.clone().try_acquire_owned().map_err(|_| {
        tracing::warn!("refused an event stream, there are too many");
        ApiError::unavailable(
            "too many event streams at once; try again in a moment, or read pages",
        )
    })?;
    let mut proposals = app.cores.proposals.clone();
    let request = WatchProposalRequest { proposal_id, after_event_id };
    let mut later = ask(Core::Proposal, proposals.watch_proposal(request)).await?;
    // The ledger says first where the proposal stands; a refusal comes here, while it still can be told.
    let Some(mut first) = next(&mut later).await? else { return Ok(None) };
    let status = first.proposal.as_ref().map(|proposal| proposal.status());
    if first.event.is_none() && status == Some(ProposalStatus::PrMerged) {
        match tokio::time::timeout(END, next(&mut later)).await {
            Ok(Ok(None)) => return Ok(None),
            Ok(Ok(Some(message))) => first = message,
            Ok(Err(refused)) => return Err(refused),
            Err(_elapsed) => {}
        }
    }
    let stop = app.watchers.stop.clone();
    Ok(Some(Watching { first: Some(first), later, stop, _place: place }))
}

async fn next(
    messages: &mut Streaming<WatchProposalResponse>,
) -> Result<Option<WatchProposalResponse>, ApiError> {
    ask(Core::Proposal, async { messages.message().await.map(tonic::Response::new) }).await
}

impl Watching {
    fn events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static {
        let stop = self.stop.clone();
        let hello = sse::Event::default().comment("following").retry(RETRY);
        let events = stream::unfold(self, |mut watching| async move {
            let event = watching.next_event().await?;
            Some((Ok(event), watching))
        });
        stream::once(async { Ok(hello) }).chain(events).take_until(stop.cancelled_owned())
    }

    /// The next event; none when the stream ended or broke, after which a client asks again from where it was.
    async fn next_event(&mut self) -> Option<sse::Event> {
        loop {
            let message = match self.first.take() {
                Some(message) => message,
                None => next(&mut self.later).await.ok()??,
            };
            if let Some(event) = message.event {
                return told(shown(Core::Proposal, Some(event)).ok()?);
            }
        }
    }
}

/// An event on the wire; none when it holds what the format cannot.
fn told(event: Event) -> Option<sse::Event> {
    if [&event.id, &event.kind].into_iter().any(|text| text.contains(['\0', '\n', '\r'])) {
        ApiError::off_contract(Core::Proposal, "event");
        return None;
    }
    let data = serde_json::to_string(&event).ok()?;
    Some(sse::Event::default().id(event.id).event(event.kind).data(data))
}

impl IntoResponse for Watching {
    fn into_response(self) -> Response {
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        Sse::new(self.events()).keep_alive(keep_alive).into_response()
    }
}

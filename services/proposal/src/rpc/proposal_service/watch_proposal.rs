//! `WatchProposal`: reads what is there, then waits without a connection until there may be more.

use std::{collections::VecDeque, sync::Arc};

use futures::{Stream, stream};
use pullwright_pg::IsolationLevel;
use pullwright_proto::proposal as v1;
use pullwright_rpc::Context;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::{
    App,
    convert::{event, id, proposal},
    domain::{Detail, Status},
    error::{Error, Result},
    store::{
        Transaction, details,
        events::{self, Event},
        proposals,
    },
    wakeup::Watching,
};

/// Most events that are read at once.
const MOST_EVENTS: i64 = 100;

/// Follows a proposal: first as it is, then each event with the proposal after it.
///
/// # Errors
/// An id is malformed, there is no such proposal, it has no such event, there are too many watchers, or the database is away. In the
/// stream also: the service stops; it is resumed by asking again after the last event.
pub(super) async fn watch_proposal(
    app: Arc<App>,
    request: v1::WatchProposalRequest,
) -> Result<impl Stream<Item = Result<v1::WatchProposalResponse>> + Send + 'static> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let after = read_after(&request.after_event_id)?;
    // Before anything is read: what happens from here on is heard of.
    let watching = app.wakeup.watched().watch(id).ok_or(Error::TooManyWatchers)?;
    let mut watch = Watch { app, id, watching, after: 0, ready: VecDeque::new(), pace: Pace::Wait };
    watch.begin(after).await?;
    // A stream goes on after its call: it takes along who asked, and the span.
    let (context, span) = (Context::current(), Span::current());
    Ok(stream::unfold(Some(watch), move |watch| {
        let (context, span) = (context.clone(), span.clone());
        async move {
            let next = watch?.next().instrument(span);
            match context {
                Some(context) => context.scope(next).await,
                None => next.await,
            }
        }
    }))
}

fn read_after(text: &str) -> Result<Option<i64>> {
    match text {
        "" => Ok(None),
        text => match text.parse() {
            Ok(id) if id >= 0 => Ok(Some(id)),
            _ => Err(unknown_event()),
        },
    }
}

fn unknown_event() -> Error {
    Error::invalid("after_event_id", "must be the id of one of the proposal's events, or 0 for all")
}

/// What comes after what is ready was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// There is more to read.
    Read,
    /// Something has to happen first.
    Wait,
    /// The merge was told.
    End,
}

struct Watch {
    app: Arc<App>,
    id: Uuid,
    watching: Watching,
    /// The last event that is told or ready.
    after: i64,
    ready: VecDeque<v1::WatchProposalResponse>,
    pace: Pace,
}

type Next = Option<(Result<v1::WatchProposalResponse>, Option<Watch>)>;

impl Watch {
    async fn next(mut self) -> Next {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Some((Ok(message), Some(self)));
            }
            match self.pace {
                Pace::End => return None,
                Pace::Read => {}
                Pace::Wait => tokio::select! {
                    () = self.watching.news() => {}
                    () = self.app.stop.cancelled() => return Some((Err(Error::Stopping), None)),
                },
            }
            if let Err(error) = self.read().await {
                return Some((Err(error), None));
            }
        }
    }

    /// Makes the proposal ready as it is, and what happened after `after`; without it, what happens from now on follows.
    async fn begin(&mut self, after: Option<i64>) -> Result<()> {
        let app = self.app.clone();
        let reading = async {
            let mut client = app.db.client().await?;
            let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
            let after = match after {
                None => events::heads(&tx, &[self.id]).await?.remove(&self.id).flatten(),
                Some(0) => None,
                Some(after) if events::has(&tx, self.id, after).await? => Some(after),
                Some(_) => {
                    proposals::status(&tx, self.id)
                        .await?
                        .ok_or(Error::ProposalNotFound(self.id))?;
                    return Err(unknown_event());
                }
            };
            let detail = detail(&tx, self.id).await?;
            let after = after.unwrap_or_default();
            Ok((after, detail, events::page(&tx, self.id, after, MOST_EVENTS).await?))
        };
        let (after, detail, happened) = self.watching.in_turn(reading).await?;
        self.after = after;
        let (status, proposal) = (detail.proposal.status, proposal::message(detail));
        let first = v1::WatchProposalResponse { proposal: Some(proposal.clone()), event: None };
        self.ready.push_back(first);
        self.tell(&proposal, happened);
        self.go_on(status);
        Ok(())
    }

    /// Makes ready what happened since, with the proposal as of the same moment.
    async fn read(&mut self) -> Result<()> {
        let app = self.app.clone();
        let reading = async {
            let mut client = app.db.client().await?;
            let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
            let happened = events::page(&tx, self.id, self.after, MOST_EVENTS).await?;
            if happened.is_empty() {
                let status = proposals::status(&tx, self.id).await?;
                return Ok((status.ok_or(Error::ProposalNotFound(self.id))?, None));
            }
            let detail = detail(&tx, self.id).await?;
            Ok((detail.proposal.status, Some((proposal::message(detail), happened))))
        };
        let (status, news) = self.watching.in_turn(reading).await?;
        if let Some((proposal, happened)) = news {
            self.tell(&proposal, happened);
        }
        self.go_on(status);
        Ok(())
    }

    fn tell(&mut self, proposal: &v1::Proposal, happened: Vec<Event>) {
        for event in happened {
            self.after = event.id;
            self.ready.push_back(v1::WatchProposalResponse {
                proposal: Some(proposal.clone()),
                event: Some(event::message(event)),
            });
        }
    }

    fn go_on(&mut self, status: Status) {
        let events = self.ready.iter().filter(|message| message.event.is_some()).count();
        self.pace = match status {
            _ if i64::try_from(events).is_ok_and(|events| events >= MOST_EVENTS) => Pace::Read,
            Status::PrMerged => Pace::End,
            Status::Pending | Status::PrOpened | Status::Rejected | Status::Superseded => {
                Pace::Wait
            }
        };
    }
}

async fn detail(tx: &Transaction<'_>, id: Uuid) -> Result<Detail> {
    details::get(tx, id).await?.ok_or(Error::ProposalNotFound(id))
}

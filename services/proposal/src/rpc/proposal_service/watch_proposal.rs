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
    let watch = Watch::begin(app, id, after).await?;
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
    /// As of the last reading; no event that is ready is newer.
    proposal: v1::Proposal,
    /// What is to be told; without an event the proposal alone, as it was when the watch began.
    ready: VecDeque<Option<Event>>,
    pace: Pace,
}

type Next = Option<(Result<v1::WatchProposalResponse>, Option<Watch>)>;

impl Watch {
    /// Makes the proposal ready as it is, and what happened after `after`; without it, what happens from now on follows.
    async fn begin(app: Arc<App>, id: Uuid, after: Option<i64>) -> Result<Self> {
        // Before anything is read: what happens from here on is heard of.
        let watching = app.wakeup.watched().watch(id).ok_or(Error::TooManyWatchers)?;
        let db = app.db.clone();
        let reading = async move {
            let mut client = db.client().await?;
            let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
            let after = match after {
                None => events::heads(&tx, &[id]).await?.remove(&id).flatten(),
                Some(0) => None,
                Some(after) if events::has(&tx, id, after).await? => Some(after),
                Some(_) => {
                    proposals::status(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
                    return Err(unknown_event());
                }
            };
            let detail = detail(&tx, id).await?;
            let after = after.unwrap_or_default();
            Ok((after, detail, events::page(&tx, id, after, MOST_EVENTS).await?))
        };
        let (after, detail, happened) = watching.in_turn(reading).await?;
        let (status, proposal) = (detail.proposal.status, proposal::message(detail));
        let (ready, pace) = (VecDeque::from([None]), Pace::Wait);
        let mut watch = Self { app, id, watching, after, proposal, ready, pace };
        watch.go_on(status, happened);
        Ok(watch)
    }

    async fn next(mut self) -> Next {
        loop {
            if let Some(event) = self.ready.pop_front() {
                let proposal = Some(self.proposal.clone());
                let event = event.map(event::message);
                return Some((Ok(v1::WatchProposalResponse { proposal, event }), Some(self)));
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

    /// Makes ready what happened since, with the proposal as of the same moment.
    async fn read(&mut self) -> Result<()> {
        let (db, id, after) = (self.app.db.clone(), self.id, self.after);
        let reading = async move {
            let mut client = db.client().await?;
            let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
            let happened = events::page(&tx, id, after, MOST_EVENTS).await?;
            if happened.is_empty() {
                let status = proposals::status(&tx, id).await?;
                return Ok((status.ok_or(Error::ProposalNotFound(id))?, None, happened));
            }
            let detail = detail(&tx, id).await?;
            Ok((detail.proposal.status, Some(proposal::message(detail)), happened))
        };
        let (status, proposal, happened) = self.watching.in_turn(reading).await?;
        if let Some(proposal) = proposal {
            self.proposal = proposal;
        }
        self.go_on(status, happened);
        Ok(())
    }

    fn go_on(&mut self, status: Status, happened: Vec<Event>) {
        let is_full = i64::try_from(happened.len()).is_ok_and(|events| events >= MOST_EVENTS);
        self.pace = match status {
            _ if is_full => Pace::Read,
            Status::PrMerged => Pace::End,
            Status::Pending | Status::PrOpened | Status::Rejected | Status::Superseded => {
                Pace::Wait
            }
        };
        self.after = happened.last().map_or(self.after, |event| event.id);
        self.ready.extend(happened.into_iter().map(Some));
    }
}

async fn detail(tx: &Transaction<'_>, id: Uuid) -> Result<Detail> {
    details::get(tx, id).await?.ok_or(Error::ProposalNotFound(id))
}

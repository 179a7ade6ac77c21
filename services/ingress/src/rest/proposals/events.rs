//! `GET /api/v1/proposals/{id}/events`: what happened to it, as a page or as it happens.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::{IntoResponse, Response},
};
use pullwright_proto::{error::ErrorReason, proposal::ListProposalEventsRequest};
use serde_json::json;

use super::follow::{self, Watching};
use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    openapi::{Input, Output, Sketch},
    rest::{
        all_shown,
        given::{Asked, Id, Listing, ProposalId, filter::Filter, list::text},
        shape::{Counted, Event},
    },
};

const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Longest id of an event.
const LONGEST_ID: usize = 64;

/// A proposal's events.
pub(in crate::rest) enum Events {}

impl Listing for Events {
    type Row = Event;
    const FILTERS: &'static [Filter] =
        &[text("kind", "Only those of this kind."), text("actor", "Only what this one did.")];
    const SORTS: &'static [&'static str] = &["created_at"];
    const UNSORTED: &'static str = "created_at:asc";
}

/// How the events are wanted.
pub(in crate::rest) enum Wanted {
    Page,
    /// As they happen, after the one of this id; from now on when it is empty.
    Stream {
        after: String,
    },
}

/// The events as they were wanted.
pub(in crate::rest) enum Told {
    Page(Counted<Event>),
    Stream(Box<Watching>),
    /// Nothing can happen any more.
    Over,
}

pub(in crate::rest) async fn events(
    State(app): State<Arc<App>>,
    id: Id<ProposalId>,
    wanted: Wanted,
    asked: Asked<Events>,
) -> Result<Told, ApiError> {
    let after_event_id = match wanted {
        Wanted::Page => return page(&app, id, asked).await.map(Told::Page),
        Wanted::Stream { after } => after,
    };
    let watching = follow::watch(&app, id.to_string(), after_event_id).await?;
    Ok(watching.map_or(Told::Over, |watching| Told::Stream(Box::new(watching))))
}

async fn page(
    app: &App,
    id: Id<ProposalId>,
    asked: Asked<Events>,
) -> Result<Counted<Event>, ApiError> {
    let Asked { page_size, page_token, filter, order_by, .. } = asked;
    let proposal_id = id.to_string();
    let request =
        ListProposalEventsRequest { proposal_id, page_size, page_token, filter, order_by };
    let mut proposals = app.cores.proposals.clone();
    let found = ask(Core::Proposal, proposals.list_proposal_events(request)).await?;
    let data = all_shown(Core::Proposal, found.events)?;
    Ok(Counted::new(data, found.next_page_token, found.has_more, found.total_size))
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut ids = parts.headers.get_all(LAST_EVENT_ID).iter();
        let after = match (ids.next(), ids.next()) {
            (None, _) => String::new(),
            (Some(id), None) => id.to_str().unwrap_or("\0").to_owned(),
            (Some(_), Some(_)) => "\0".to_owned(),
        };
        if after.len() > LONGEST_ID || !after.bytes().all(|c| c.is_ascii_graphic()) {
            let remedy = "must be given once, as the `id` of the last event that was seen";
            return Err(ApiError::invalid("header Last-Event-ID", remedy));
        }
        if !takes_a_stream(&parts.headers) {
            return Ok(Self::Page);
        }
        Ok(Self::Stream { after })
    }
}

/// Whether the caller names the media type of event streams; whoever takes anything gets a page.
fn takes_a_stream(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|one| {
        let media_type = one.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case(EVENT_STREAM)
    })
}

impl Input for Wanted {
    fn describe(sketch: &mut Sketch) {
        let id = json!({"type": "string", "maxLength": LONGEST_ID, "pattern": "^[!-~]*$"});
        sketch.header(
            "Last-Event-ID",
            false,
            id,
            "For an event stream: the last event that was seen; those in between come first. Without it: from now on.",
        );
        sketch.refuses(&[ErrorReason::ValidationError]);
    }
}

impl Output for Told {
    fn describe(sketch: &mut Sketch) {
        Counted::<Event>::describe(sketch);
        let stream = json!({
            "type": "string",
            "description": "Server-sent events: `id` is the event's id, `event` its kind, `data` the event as in the list. A comment comes every 15 s. Paging, sorting and filters do not apply.",
        });
        sketch.answers_of(200, "One page.", EVENT_STREAM, &stream, &[]);
        sketch.answers_nothing(
            204,
            "For an event stream: nothing can happen any more, do not connect again.",
        );
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        match self {
            Self::Page(page) => page.into_response(),
            Self::Stream(watching) => watching.into_response(),
            Self::Over => axum::http::StatusCode::NO_CONTENT.into_response(),
        }
    }
}

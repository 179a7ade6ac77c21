//! `pullwright proposals watch`: what happens, as it happens.

use std::time::Duration;

use pullwright_proto::proposal::{ProposalEvent, WatchProposalRequest, WatchProposalResponse};
use tonic::{Code, Status, Streaming};

use super::shape;
use crate::{
    args::Watch,
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, dim, warn},
};

/// How long to wait before a stream that broke is opened again.
const BEFORE_AGAIN: Duration = Duration::from_secs(1);
/// How often in a row a stream may break without having told anything.
const MOST_BREAKS: u32 = 10;

/// A proposal's stream that survives its breaks: it is opened again after the last event that was told.
pub(super) struct Followed {
    cores: Cores,
    id: String,
    after: String,
    stream: Option<Streaming<WatchProposalResponse>>,
    breaks: u32,
}

impl Followed {
    /// Follows `id` from after the event `after`, or from now on when that is empty.
    pub(super) fn new(cores: Cores, id: String, after: String) -> Self {
        Self { cores, id, after, stream: None, breaks: 0 }
    }

    /// The next thing that happened; `None` when nothing more can.
    pub(super) async fn next(&mut self) -> Result<Option<WatchProposalResponse>> {
        loop {
            match self.told().await {
                Ok(told) => {
                    self.breaks = 0;
                    if let Some(event) = told.as_ref().and_then(|told| told.event.as_ref()) {
                        self.after.clone_from(&event.id);
                    }
                    return Ok(told);
                }
                Err(status) if is_break(&status) && self.breaks < MOST_BREAKS => {
                    self.breaks += 1;
                    self.stream = None;
                    tokio::time::sleep(BEFORE_AGAIN).await;
                }
                Err(status) => return Err(status.into()),
            }
        }
    }

    async fn told(&mut self) -> std::result::Result<Option<WatchProposalResponse>, Status> {
        if self.stream.is_none() {
            let request = WatchProposalRequest {
                proposal_id: self.id.clone(),
                after_event_id: self.after.clone(),
            };
            let opened = self.cores.proposals().watch_proposal(request).await?;
            self.stream = Some(opened.into_inner());
        }
        match &mut self.stream {
            Some(stream) => stream.message().await,
            None => Ok(None),
        }
    }
}

/// Whether a stream broke, or its service stopped. No service answers UNKNOWN or CANCELLED: that is what becomes of a connection
/// that was cut.
fn is_break(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Cancelled)
}

pub(super) async fn watch(cores: &Cores, watch: Watch, output: Output) -> Result<Exit> {
    let mut followed = Followed::new(cores.clone(), watch.id.to_string(), watch.after);
    while let Some(told) = followed.next().await? {
        output.show_line("pullwright.proposal.v1.WatchProposalResponse", &told, line)?;
    }
    Ok(Exit::Success)
}

fn line(told: &WatchProposalResponse) -> String {
    match (&told.event, &told.proposal) {
        (Some(event), _) => event_line(event),
        (None, Some(proposal)) => {
            format!("{} {} {}", dim("now"), shape::state(proposal), proposal.pull_request_url)
        }
        (None, None) => warn("an empty answer"),
    }
}

/// An event on one line.
pub(super) fn event_line(event: &ProposalEvent) -> String {
    let actor = dim(&format!("{:<10}", event.actor));
    let message = event.message.replace('\n', " ");
    format!("{}  {actor} {message}", dim(&event.created_at.shown()))
}

#[cfg(test)]
mod tests;

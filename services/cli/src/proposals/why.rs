//! `pullwright proposals why`

use pullwright_proto::proposal::{ExplainProposalRequest, ExplainProposalResponse, PendingWork};
use uuid::Uuid;

use super::watch::event_line;
use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Fields, Moment as _, Output, bad, dim, strong},
};

pub(super) async fn why(cores: &Cores, id: Uuid, output: Output) -> Result<Exit> {
    let request = cores.request(ExplainProposalRequest { proposal_id: id.to_string() });
    let told = cores.proposals().explain_proposal(request).await?.into_inner();
    output.show("pullwright.proposal.v1.ExplainProposalResponse", &told, text)?;
    Ok(Exit::Success)
}

fn text(told: &ExplainProposalResponse) -> String {
    let mut parts = vec![strong(&told.sentence)];
    if let Some(work) = &told.pending_work {
        parts.push(pending(work));
    }
    if let Some(failure) = &told.last_failure {
        let failed = Fields::default()
            .with("last failure", bad(&format!("{}: {}", failure.reason, failure.message)))
            .with("at", failure.failed_at.shown())
            .with("tried again", if failure.will_retry { "yes, by itself" } else { "no" });
        parts.push(failed.text());
    }
    if !told.actions.is_empty() {
        let lines: Vec<_> =
            told.actions.iter().map(|action| format!("  - {}", action.description)).collect();
        parts.push(format!("{}\n{}", dim("What you can do"), lines.join("\n")));
    }
    if !told.events.is_empty() {
        let lines: Vec<_> =
            told.events.iter().map(|event| format!("  {}", event_line(event))).collect();
        parts.push(format!("{}\n{}", dim("What happened last"), lines.join("\n")));
    }
    parts.join("\n\n")
}

fn pending(work: &PendingWork) -> String {
    let mut fields = Fields::default()
        .with("work", format!("{} ({})", work.kind, work.state))
        .with("attempt", work.attempt.to_string());
    if work.state == "waiting" {
        fields = fields.with("due", format!("{} ({})", work.due_at.shown(), work.due_at.age()));
    }
    if work.jobs_ahead > 0 {
        fields = fields.with("jobs ahead", work.jobs_ahead.to_string());
    }
    if work.lease_expires_at.is_some() {
        fields = fields.with("lease until", work.lease_expires_at.shown());
    }
    fields.with_some("runner", &work.holder).text()
}

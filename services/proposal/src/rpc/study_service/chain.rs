//! What a finished study means for the chain that it follows: its best link stays, the others' pending proposals give way (T7).

use uuid::Uuid;

use crate::{
    domain::chain::{self, Lineage, Link},
    error::{Error, Result},
    rpc::closing,
    store::{
        Transaction, chains,
        events::{self, NewEvent},
        jobs, proposals,
    },
};

/// A chain that a study is added to.
#[derive(Debug)]
pub(super) struct Chain {
    anchor: Uuid,
}

/// What gave way; to be told once the transaction is committed.
#[derive(Debug)]
pub(super) struct Superseded {
    anchor: Uuid,
    best_study_id: Uuid,
    proposal_ids: Vec<Uuid>,
    /// Whether jobs were queued that close what was being opened.
    pub(super) is_closing: bool,
}

/// Finds the chain that a study is about to follow, and locks its proposals; none when it follows no study.
///
/// A study that follows none may be the head of a chain, but nobody can have followed it yet.
///
/// # Errors
/// There is no such study or proposal to follow, or the database refused.
pub(super) async fn join(tx: &Transaction<'_>, lineage: &Lineage) -> Result<Option<Chain>> {
    let mut proposal_ids: Vec<_> =
        lineage.parent_follow_up.iter().map(|parent| parent.proposal_id).collect();
    let chain = match lineage.parent_study_id {
        Some(parent) => {
            let anchor = chains::anchor(tx, parent).await?.ok_or(Error::StudyNotFound(parent))?;
            chains::take_turns(tx, anchor).await?;
            proposal_ids.extend(chains::links(tx, anchor).await?.iter().filter_map(proposal));
            Some(Chain { anchor })
        }
        None => None,
    };
    // Before the study refers to any of them: a digest that deletes one has it locked, too.
    proposals::lock_all(tx, &proposal_ids).await?;
    if let Some(parent) = lineage.parent_follow_up {
        let id = parent.proposal_id;
        proposals::status(tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    }
    Ok(chain)
}

fn proposal(link: &Link) -> Option<Uuid> {
    link.proposal.map(|(id, _)| id)
}

impl Chain {
    /// Lets the pending proposals of all links but the best give way; calls back what is being opened of them. None when nothing did.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn settle(&self, tx: &Transaction<'_>) -> Result<Option<Superseded>> {
        let links = chains::links(tx, self.anchor).await?;
        let Some((best, best_proposal)) = chain::best(&links) else { return Ok(None) };
        let candidates: Vec<_> = links.iter().filter_map(proposal).collect();
        let superseded = proposals::supersede_pending(tx, &candidates, best_proposal).await?;
        if superseded.is_empty() {
            return Ok(None);
        }
        let proposal_ids: Vec<_> = superseded.iter().map(|proposal| proposal.id).collect();
        jobs::lock_lanes(tx, &proposal_ids).await?;
        let told =
            format!("superseded by proposal {best_proposal} of the same chain, which is better");
        let mut is_closing = false;
        for proposal in &superseded {
            let closing = closing::call_back(tx, proposal, told.clone()).await?;
            is_closing |= closing;
            let event = NewEvent::new("proposal_superseded", told.clone())
                .fact("superseded_by", best_proposal)
                .fact("chain_anchor_id", self.anchor)
                .fact("best_link_id", best.study_id)
                .fact("closing", closing);
            events::record(tx, proposal.id, event).await?;
        }
        Ok(Some(Superseded {
            anchor: self.anchor,
            best_study_id: best.study_id,
            proposal_ids,
            is_closing,
        }))
    }
}

impl Superseded {
    /// Writes the log line; after the commit, so that it tells of nothing that did not happen.
    pub(super) fn tell(&self, study_id: Uuid) {
        let ids: Vec<_> = self.proposal_ids.iter().map(Uuid::to_string).collect();
        tracing::info!(
            study_id = %study_id,
            chain_anchor_id = %self.anchor,
            best_link_id = %self.best_study_id,
            superseded_count = self.proposal_ids.len(),
            superseded_proposal_ids = ids.join(","),
            "chain_proposals_superseded"
        );
    }
}

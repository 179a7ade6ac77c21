//! Proposals that are rejected, give way, or come back: §3's T6 to T8 and their guards.

use serde_json::json;

use crate::contract::{ask::Ask, row::Endpoint, world::nobody};

/// §18.3 AC-5; §22.3: a guard and not a look before.
pub(super) fn reject() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals/{id}/reject")
        .ok("with a reason", 200, async |w| {
            Ask::of(w.proposal().await).with(&json!({"reason": "the gain is within the noise"}))
        })
        .shows(|answer| {
            assert_eq!(answer.body["status"], "rejected");
            assert_eq!(answer.body["rejected_reason"], "the gain is within the noise");
        })
        .ok("without a body", 200, async |w| Ask::of(w.proposal().await))
        .shows(|answer| assert_eq!(answer.body["rejected_reason"], json!(null)))
        .ok("with the longest reason", 200, async |w| {
            Ask::of(w.proposal().await).with(&json!({"reason": "é".repeat(500)}))
        })
        .no("one that is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(&id).naming(id)
        })
        .no("one that is superseded", "INVALID_STATE_TRANSITION", &["superseded"], async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            Ask::of(id)
        })
        .no("one that is merged", "INVALID_STATE_TRANSITION", &["pr_merged"], async |w| {
            Ask::of(w.merged().await)
        })
        .no("a reason that is too long", "VALIDATION_ERROR", &["reason", "500"], async |w| {
            Ask::of(w.proposal().await).with(&json!({"reason": "x".repeat(501)}))
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// §15, by hand.
pub(super) fn supersede() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals/{id}/supersede")
        .ok("by nobody in particular", 200, async |w| Ask::of(w.proposal().await))
        .shows(|answer| assert_eq!(answer.body["status"], "superseded"))
        .ok("by another, with a reason", 200, async |w| {
            let by = w.proposal().await;
            Ask::of(w.proposal().await).with(
                &json!({"superseded_by_proposal_id": by, "reason": "a later study found more"}),
            )
        })
        .shows(|answer| assert!(answer.body["superseded_by_proposal_id"].is_string()))
        .no("by one that nobody has", "PROPOSAL_NOT_FOUND", &[], async |w| {
            let by = nobody();
            Ask::of(w.proposal().await).with(&json!({"superseded_by_proposal_id": by})).naming(by)
        })
        .no("by itself", "VALIDATION_ERROR", &["superseded_by_proposal_id", "another"], async |w| {
            let id = w.proposal().await;
            Ask::of(&id).with(&json!({"superseded_by_proposal_id": id}))
        })
        .no("one that is superseded", "INVALID_STATE_TRANSITION", &["superseded"], async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            Ask::of(id)
        })
        .no("one that is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(id)
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// §18.6 AC-5, AC-11, AC-12, AC-13.
pub(super) fn reinstate() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals/{id}/reinstate")
        .ok("one that is superseded is pending again", 200, async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            Ask::of(id).with(&json!({}))
        })
        .shows(|answer| assert_eq!(answer.body["status"], "pending"))
        .no("twice", "INVALID_STATE_TRANSITION", &["pending", "superseded"], async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            w.act("reinstate", &id).await;
            Ask::of(id)
        })
        .no("one that is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(id)
        })
        .no("one that is merged", "INVALID_STATE_TRANSITION", &["pr_merged"], async |w| {
            Ask::of(w.merged().await)
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

//! Which proposals something was written about while a call ran: whoever ran it can tell those who watch them, once it is over.
//!
//! Knows nothing of commits: a call that was rolled back may name proposals, too.

use std::{cell::RefCell, collections::BTreeSet, future::Future};

use uuid::Uuid;

tokio::task_local! {
    static TOUCHED: RefCell<BTreeSet<Uuid>>;
}

/// Runs a call and gives, beside what it answered, the proposals that it touched.
pub async fn noting<T>(call: impl Future<Output = T>) -> (T, BTreeSet<Uuid>) {
    let noted = async {
        let answer = call.await;
        (answer, TOUCHED.with(RefCell::take))
    };
    TOUCHED.scope(RefCell::default(), noted).await
}

/// Notes that the running call touched a proposal.
pub(super) fn note(proposal_id: Uuid) {
    // Work that is no call has nobody who asks; watchers find it when they look by themselves.
    let _ = TOUCHED.try_with(|touched| touched.borrow_mut().insert(proposal_id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_tells_what_it_touched_and_not_what_others_did() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        note(one);
        let call = |id| async move {
            note(id);
            tokio::task::yield_now().await;
            note(id);
            "done"
        };
        let (first, second) = tokio::join!(noting(call(one)), noting(call(two)));
        assert_eq!(first, ("done", BTreeSet::from([one])));
        assert_eq!(second, ("done", BTreeSet::from([two])));
    }
}

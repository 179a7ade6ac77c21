//! Calls that carry a request id: repeated, they are answered as the first time (AIP-155).

use prost::Message;
use pullwright_pg::{
    Transaction,
    idempotency::{self, Claim},
};
use pullwright_rpc::Context;

use crate::{App, Error, error::Result};

/// A call that may be repeated.
pub(super) struct Call {
    method: &'static str,
    request_id: String,
    content: Vec<u8>,
}

impl Call {
    /// The call of `method` with `request`, whose request id was taken out.
    pub(super) fn new(method: &'static str, request_id: String, request: &impl Message) -> Self {
        let content = if request_id.is_empty() { Vec::new() } else { request.encode_to_vec() };
        Self { method, request_id, content }
    }

    /// Does the call in a transaction of its own and keeps the answer with what was done for it; a call that was done before is answered
    /// as the first time and does nothing.
    ///
    /// `work` gives the answer and what logs that it was done, which is run once it is committed.
    ///
    /// # Errors
    /// The request id is malformed, was used for another call, or is in use; the work failed; the database is away.
    pub(super) async fn once<A: Message + Default, L: FnOnce()>(
        self,
        app: &App,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<(A, L)>,
    ) -> Result<A> {
        let mut client = app.db.client().await?;
        let tx = client.begin().await?;
        let call = idempotency::Call {
            caller: &Context::caller(),
            request_id: &self.request_id,
            method: self.method,
            content: &self.content,
        };
        let keep = match idempotency::claim(&tx, &call).await? {
            Claim::New(keep) => keep,
            Claim::Answered(answer) => {
                return A::decode(answer.as_slice()).map_err(|error| Error::Unreadable {
                    column: "response",
                    source: error.into(),
                });
            }
        };
        let (answer, log) = work(&tx).await?;
        keep.keep(&tx, &answer.encode_to_vec()).await?;
        tx.commit().await?;
        log();
        Ok(answer)
    }
}

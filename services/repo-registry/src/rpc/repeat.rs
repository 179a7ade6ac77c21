//! Calls that carry a request id: repeated, they are answered as the first time (AIP-155).

use std::ops::ControlFlow;

use prost::Message;
use pullwright_pg::{
    Transaction,
    idempotency::{self, Claim, Keep},
};
use pullwright_rpc::Context;

use crate::{Error, error::Result};

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

    /// Claims the call in the transaction that will do it; breaks with the first answer when it was done before.
    ///
    /// # Errors
    /// The request id is malformed, was used for another call, or is in use.
    pub(super) async fn claim<A: Message + Default>(
        &self,
        tx: &Transaction<'_>,
    ) -> Result<ControlFlow<A, Keep>> {
        let call = idempotency::Call {
            caller: &Context::caller(),
            request_id: &self.request_id,
            method: self.method,
            content: &self.content,
        };
        match idempotency::claim(tx, &call).await? {
            Claim::New(keep) => Ok(ControlFlow::Continue(keep)),
            Claim::Answered(answer) => A::decode(answer.as_slice())
                .map(ControlFlow::Break)
                .map_err(|error| Error::Unreadable { column: "response", source: error.into() }),
        }
    }
}

/// Keeps the answer and commits what was done for it.
///
/// # Errors
/// The database is away.
pub(super) async fn commit<A: Message>(tx: Transaction<'_>, keep: Keep, answer: A) -> Result<A> {
    keep.keep(&tx, &answer.encode_to_vec()).await?;
    tx.commit().await?;
    Ok(answer)
}

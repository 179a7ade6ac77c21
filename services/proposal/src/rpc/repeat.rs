//! Calls that are repeated with their request id (AIP-155): answered as the first time, byte for byte, and done once.
//!
//! [`call`] stands around a handler. The handler begins its transaction with [`Once::begin`] and ends it with [`Answer::commit`], so that claim,
//! work and kept answer are one transaction; a refusal keeps nothing.

use std::marker::PhantomData;

use prost::Message;
use pullwright_pg::{
    Client, Transaction,
    idempotency::{self, Call, Claim, Keep},
};
use pullwright_proto::{delivery::ReplayDeliveryRequest, proposal as v1};
use pullwright_rpc::Context;

use crate::{
    App,
    error::{Error, Result},
};

/// A request that can carry a request id.
pub(super) trait Repeatable: Message {
    /// Takes the request id out, so that what is left is the content.
    fn take_request_id(&mut self) -> String;
}

macro_rules! repeatable {
    ($($request:ty),+ $(,)?) => {
        $(impl Repeatable for $request {
            fn take_request_id(&mut self) -> String {
                std::mem::take(&mut self.request_id)
            }
        })+
    };
}

repeatable!(
    v1::CreateProposalRequest,
    v1::RejectProposalRequest,
    v1::SupersedeProposalRequest,
    v1::ReinstateProposalRequest,
    v1::OpenPullRequestRequest,
    v1::CreateStudyRequest,
    v1::UpdateDigestRequest,
    v1::SeedCompletedStudyRequest,
    v1::SeedChainRequest,
    ReplayDeliveryRequest,
);

/// Answers a call as the first time when it is a repeated one, else has it handled.
///
/// # Errors
/// The request id is malformed, was used for another content, or belongs to a call that is not over; or the handler refuses.
pub(super) async fn call<'a, Q, R, F, H>(
    app: &'a App,
    method: &'static str,
    mut request: Q,
    handle: H,
) -> Result<R>
where
    Q: Repeatable,
    R: Message + Default,
    F: Future<Output = Result<R>>,
    H: FnOnce(&'a App, Q, Once<R>) -> F,
{
    let request_id = request.take_request_id();
    let content = match request_id.is_empty() {
        true => Vec::new(),
        false => request.encode_to_vec(),
    };
    let once = Once { caller: Context::caller(), request_id, method, content, answer: PhantomData };
    if !once.request_id.is_empty() {
        // The handler looks at states before its transaction; a repeated call is answered whatever they are by now.
        let mut db = app.db.client().await?;
        match once.begin(&mut db).await? {
            Begun::Again(answer) => return Ok(answer),
            // The claim has ended before the handler makes its own.
            Begun::First(tx, _) => tx.rollback().await?,
        }
    }
    handle(app, request, once).await
}

/// A call that is done once.
#[derive(Debug)]
pub(super) struct Once<R> {
    caller: String,
    request_id: String,
    method: &'static str,
    content: Vec<u8>,
    answer: PhantomData<fn() -> R>,
}

/// What the begin of a call's transaction found.
#[derive(Debug)]
pub(super) enum Begun<'a, R> {
    /// Nobody asked this before, or without a request id.
    First(Transaction<'a>, Answer<R>),
    /// It was answered before, with this.
    Again(R),
}

impl<R: Message + Default> Once<R> {
    /// Begins the transaction of the call; nobody else can begin the same one until it ends.
    ///
    /// # Errors
    /// The request id is malformed, was used for another content, or belongs to a call that is not over.
    pub(super) async fn begin<'a>(&self, db: &'a mut Client) -> Result<Begun<'a, R>> {
        let tx = db.begin().await?;
        let call = Call {
            caller: &self.caller,
            request_id: &self.request_id,
            method: self.method,
            content: &self.content,
        };
        match idempotency::claim(&tx, &call).await? {
            Claim::New(keep) => Ok(Begun::First(tx, Answer { keep, answer: PhantomData })),
            Claim::Answered(kept) => R::decode(&*kept)
                .map(Begun::Again)
                .map_err(|_| Error::unreadable("idempotency_keys.response", self.method)),
        }
    }
}

/// The answer that a call's transaction still has to give.
#[derive(Debug)]
pub(super) struct Answer<R> {
    keep: Keep,
    answer: PhantomData<fn() -> R>,
}

impl<R: Message> Answer<R> {
    /// Keeps the answer for the next time and commits; without a request id it only commits.
    ///
    /// # Errors
    /// The database refused or is away.
    pub(super) async fn commit(self, tx: Transaction<'_>, response: &R) -> Result<()> {
        self.keep.keep(&tx, &response.encode_to_vec()).await?;
        Ok(tx.commit().await?)
    }
}

//! The layer around each service that tells watchers what a call wrote events about, once it is over.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tonic::server::NamedService;
use tower::{Layer, Service};

use crate::{store::touched, wakeup::Wakeup};

/// Puts [`Telling`] around one of the ledger's services.
#[derive(Clone)]
pub(crate) struct TellingLayer(pub(crate) Wakeup);

impl<S> Layer<S> for TellingLayer {
    type Service = Telling<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Telling { inner, wakeup: self.0.clone() }
    }
}

/// Notes what a call touches and says so afterwards.
#[derive(Clone)]
pub(crate) struct Telling<S> {
    inner: S,
    wakeup: Wakeup,
}

impl<S, R> Service<R> for Telling<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (call, wakeup) = (self.inner.call(request), self.wakeup.clone());
        Box::pin(async move {
            let (answer, touched) = touched::noting(call).await;
            wakeup.happened(touched);
            answer
        })
    }
}

impl<S: NamedService> NamedService for Telling<S> {
    const NAME: &'static str = S::NAME;
}

//! How the parts are put together, once per process or once per test.

use std::{io::Write, sync::Arc};

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanProcessor, TracerProviderBuilder},
};
use pullwright_redact::Redactor;
use tracing::Dispatch;
use tracing_subscriber::{
    Registry,
    filter::filter_fn,
    layer::{Layer, SubscriberExt},
    util::SubscriberInitExt,
};

use crate::{
    RedactingProcessor, Settings,
    filter::{EventFilter, SPANS},
    log::{JsonLayer, Sink},
    metrics, panic,
};

/// This process already has a subscriber for its events.
#[derive(Debug, thiserror::Error)]
#[error("telemetry is already initialized in this process")]
pub struct AlreadyInitialized(#[from] tracing_subscriber::util::TryInitError);

/// Sends this process's events to standard output and its panics with them; keep what it gives until the end of `main`.
pub fn init(
    service: &'static str,
    settings: Settings,
    redactor: Redactor,
) -> Result<Telemetry, AlreadyInitialized> {
    Builder::new(service, settings, redactor).install()
}

/// Telemetry before it starts: where lines go and who gets finished spans.
pub struct Builder {
    service: &'static str,
    settings: Settings,
    redactor: Redactor,
    writer: Box<dyn Write + Send>,
    provider: TracerProviderBuilder,
}

impl Builder {
    /// Begins with standard output and with spans that nobody gets.
    pub fn new(service: &'static str, settings: Settings, redactor: Redactor) -> Self {
        let resource = Resource::builder().with_service_name(service).build();
        Self {
            service,
            settings,
            redactor,
            writer: Box::new(std::io::stdout()),
            provider: SdkTracerProvider::builder().with_resource(resource),
        }
    }

    /// Sends lines elsewhere; each is one `write_all`.
    #[must_use]
    pub fn writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.writer = Box::new(writer);
        self
    }

    /// Hands finished spans, redacted, to a processor; an exporter comes in here.
    #[must_use]
    pub fn span_processor(mut self, processor: impl SpanProcessor + 'static) -> Self {
        let processor = RedactingProcessor::new(self.redactor.clone(), processor);
        self.provider = self.provider.with_span_processor(processor);
        self
    }

    /// Puts everything together without touching the process: for tests, and for several services in one process.
    pub fn build(self) -> (Dispatch, Telemetry) {
        let sink = Arc::new(Sink::new(self.service, self.redactor, self.writer));
        let provider = self.provider.build();
        let tracer = provider.tracer("pullwright");
        // Events stay in the log: copied into spans that nobody exports they would only take memory.
        let spans = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_filter(filter_fn(|meta| meta.is_span() && *meta.level() <= SPANS));
        let log = JsonLayer::new(sink.clone()).with_filter(EventFilter(self.settings.filter()));
        let dispatch = Dispatch::new(Registry::default().with(spans).with(log));
        (dispatch, Telemetry { sink, provider })
    }

    /// Puts everything together for the whole process: events, the `log` crate's too, panics and the propagator.
    pub fn install(self) -> Result<Telemetry, AlreadyInitialized> {
        let service = self.service;
        let (dispatch, telemetry) = self.build();
        dispatch.try_init()?;
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        telemetry.log_panics();
        metrics::install(service);
        Ok(telemetry)
    }
}

/// Running telemetry; dropping it flushes the log and the spans.
#[derive(Debug)]
#[must_use = "dropping it ends the telemetry"]
pub struct Telemetry {
    sink: Arc<Sink>,
    provider: SdkTracerProvider,
}

impl Telemetry {
    /// Makes panics of this process lines of this log, in place of any hook before; [`Builder::install`] does it too.
    pub fn log_panics(&self) {
        panic::install(self.sink.clone());
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "could not flush the last spans");
        }
        self.sink.flush();
    }
}

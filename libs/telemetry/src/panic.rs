//! Panics as log lines, whatever the log's level is.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::PanicHookInfo,
    sync::Arc,
};

use tracing::{Level, Span};
use tracing_subscriber::{Registry, registry::LookupSpan};

use crate::log::{Record, Sink, scope};

/// Replaces the hook of this process: a panic is one line at level ERROR, redacted like any other.
pub(crate) fn install(sink: Arc<Sink>) {
    std::panic::set_hook(Box::new(move |info| sink.write(record(info))));
}

fn record(info: &PanicHookInfo<'_>) -> Record {
    let mut record = Record::new(Level::ERROR, "panic");
    Span::current().with_subscriber(|(id, dispatch)| {
        if let Some(span) =
            dispatch.downcast_ref::<Registry>().and_then(|registry| registry.span(id))
        {
            record.span = Some(span.name());
            record.fields = scope(span);
        }
    });
    record.message =
        format!("panicked: {}", info.payload_as_str().unwrap_or("a payload that is not text"));
    if let Some(location) = info.location() {
        record.fields.set_text("panic.location", location);
    }
    if let Some(thread) = std::thread::current().name() {
        record.fields.set_text("panic.thread", thread);
    }
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        record.fields.set_text("panic.backtrace", backtrace);
    }
    record
}

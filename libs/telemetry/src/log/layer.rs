//! The layer between `tracing` and the sink: it keeps the fields of spans and writes a record per event.

use std::sync::Arc;

use tracing::{Event, Subscriber, span};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

use super::{Record, Sink, fields::Fields};

/// What `tracing-log` calls the target and the fields of an event that came from the `log` crate.
const FROM_LOG: &str = "log";

/// Writes each event that it gets to the sink.
pub(crate) struct JsonLayer {
    sink: Arc<Sink>,
}

impl JsonLayer {
    pub(crate) fn new(sink: Arc<Sink>) -> Self {
        Self { sink }
    }
}

impl<S> Layer<S> for JsonLayer
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_new_span(&self, attrs: &span::Attributes<'_>, id: &span::Id, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        attrs.record(&mut fields);
        if let Some(span) = cx.span(id) {
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = cx.span(id)
            && let Some(known) = span.extensions_mut().get_mut::<Fields>()
        {
            known.extend(&fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut record = Record::new(*event.metadata().level(), event.metadata().target());
        if let Some(span) = cx.event_span(event) {
            record.span = Some(span.name());
            record.fields = scope(span);
        }
        let mut own = Fields::default();
        event.record(&mut own);
        if record.target == FROM_LOG {
            for name in ["log.module_path", "log.file", "log.line"] {
                own.take(name);
            }
            record.target = own.take("log.target").unwrap_or(record.target);
        }
        record.message = own.take("message").unwrap_or_default();
        record.fields.extend(&own);
        self.sink.write(record);
    }
}

/// The fields of a span and of all around it; the innermost wins.
pub(crate) fn scope<'s, S: LookupSpan<'s>>(span: SpanRef<'s, S>) -> Fields {
    let mut fields = Fields::default();
    for span in span.scope().from_root() {
        if let Some(known) = span.extensions().get::<Fields>() {
            fields.extend(known);
        }
    }
    fields
}

//! Spans without secrets: what an exporter gets passes through here first.

use std::time::Duration;

use opentelemetry::{Array, Context, KeyValue, StringValue, Value, trace::Status};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};
use pullwright_redact::Redactor;

/// Redacts finished spans, their names, attributes, events, links and status, before the next processor gets them.
///
/// Register only this with the provider, never the inner processor beside it.
#[derive(Debug)]
pub struct RedactingProcessor<P> {
    redactor: Redactor,
    next: P,
}

impl<P: SpanProcessor> RedactingProcessor<P> {
    /// Wraps a processor.
    pub fn new(redactor: Redactor, next: P) -> Self {
        Self { redactor, next }
    }

    fn text(&self, text: &str) -> Option<String> {
        let redacted = self.redactor.redact(text);
        (redacted != text).then(|| redacted.into_owned())
    }

    fn attributes(&self, attributes: &mut [KeyValue]) {
        for attribute in attributes {
            match &mut attribute.value {
                Value::String(value) => {
                    if let Some(redacted) = self.text(value.as_str()) {
                        *value = redacted.into();
                    }
                }
                Value::Array(Array::String(values)) => {
                    for value in values {
                        if let Some(redacted) = self.text(value.as_str()) {
                            *value = StringValue::from(redacted);
                        }
                    }
                }
                other => {
                    if let Some(redacted) = self.text(&other.as_str()) {
                        *other = Value::from(redacted);
                    }
                }
            }
        }
    }
}

impl<P: SpanProcessor> SpanProcessor for RedactingProcessor<P> {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.next.on_start(span, cx);
    }

    fn on_end(&self, mut span: SpanData) {
        if let Some(name) = self.text(&span.name) {
            span.name = name.into();
        }
        self.attributes(&mut span.attributes);
        for event in &mut span.events.events {
            if let Some(name) = self.text(&event.name) {
                event.name = name.into();
            }
            self.attributes(&mut event.attributes);
        }
        for link in &mut span.links.links {
            self.attributes(&mut link.attributes);
        }
        if let Status::Error { description } = &mut span.status
            && let Some(redacted) = self.text(description)
        {
            *description = redacted.into();
        }
        self.next.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}

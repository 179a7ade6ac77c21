//! The W3C trace context of the current span, for whatever carries it on: gRPC metadata, HTTP headers, a job's row.

use std::collections::HashMap;

use opentelemetry::{
    Context,
    propagation::TextMapPropagator,
    trace::{SpanContext, TraceContextExt},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, debug};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header that carries a trace on.
pub const TRACEPARENT: &str = "traceparent";

/// Hands the current span's headers, `traceparent` and `tracestate`, to `set`; none when there is no span.
pub fn inject(set: &mut dyn FnMut(&str, String)) {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&Context::current(), &mut headers);
    for (name, value) in headers {
        if !value.is_empty() {
            set(&name, value);
        }
    }
}

/// The current span as a `traceparent` value.
pub fn current_traceparent() -> Option<String> {
    current().map(|context| {
        format!(
            "00-{}-{}-{:02x}",
            context.trace_id(),
            context.span_id(),
            context.trace_flags().to_u8()
        )
    })
}

/// The current trace's id, 32 lower-case hexadecimal digits.
pub fn current_trace_id() -> Option<String> {
    current().map(|context| context.trace_id().to_string())
}

/// Makes a span, which must not have been entered yet, a child of the remote span that `traceparent` names.
///
/// A value that is not well formed is logged at level DEBUG and otherwise ignored, as the W3C recommendation asks.
pub fn set_parent(span: &Span, traceparent: &str) {
    let Some(parent) = parse(traceparent) else {
        debug!(parent: span, "ignored a malformed traceparent");
        return;
    };
    if let Err(error) = span.set_parent(Context::new().with_remote_span_context(parent)) {
        debug!(parent: span, %error, "could not continue the trace of a traceparent");
    }
}

fn parse(traceparent: &str) -> Option<SpanContext> {
    // The propagator takes signs and lengths that the recommendation does not.
    let well_formed = traceparent.len() >= 55
        && traceparent.bytes().take(55).enumerate().all(|(at, byte)| match at {
            2 | 35 | 52 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    if !well_formed {
        return None;
    }
    let headers = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers);
    let parent = context.span().span_context().clone();
    parent.is_valid().then_some(parent)
}

fn current() -> Option<SpanContext> {
    let context = Context::current();
    let current = context.span().span_context().clone();
    current.is_valid().then_some(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_well_formed_value_is_taken() {
        let parent = parse(GOOD).unwrap();
        assert_eq!(parent.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert!(parent.is_sampled() && parent.is_remote());
    }

    #[test]
    fn a_later_version_with_more_parts_is_taken() {
        assert!(parse(&format!("01{}-what-comes-later", &GOOD[2..])).is_some());
    }

    #[test]
    fn malformed_values_are_refused() {
        for value in [
            String::new(),
            "00".to_owned(),
            GOOD.to_uppercase(),
            format!("{GOOD}-more"),
            format!("ff{}", &GOOD[2..]),
            format!("+1{}", &GOOD[2..]),
            GOOD.replace("0af7651916cd43dd8448eb211c80319c", "00000000000000000000000000000000"),
            GOOD.replace("b7ad6b7169203331", "0000000000000000"),
            GOOD.replace("b7ad6b7169203331", "b7ad6b716920333"),
            format!("{}é", &GOOD[..54]),
        ] {
            assert!(parse(&value).is_none(), "{value}");
        }
    }

    #[test]
    fn outside_of_a_span_there_is_no_trace() {
        assert_eq!(current_traceparent(), None);
        inject(&mut |name, value| panic!("{name}: {value}"));
    }
}

//! One line of the log, and how it is spelled.

use std::fmt::Write;

use jiff::Timestamp;
use opentelemetry::trace::TraceContextExt;
use pullwright_redact::Redactor;
use tracing::Level;

use super::fields::{Fields, Value};

/// The names that every line may have; a field of the same name gets a prefix.
const OWN: [&str; 9] = [
    "timestamp",
    "level",
    "service",
    "target",
    "message",
    "trace_id",
    "span_id",
    "request_id",
    "span",
];

/// The span field that is shown as `request_id`.
const REQUEST_ID: &str = "request.id";

/// Longer values are cut, so that one event cannot fill a disk.
const LONGEST: usize = 16 * 1024;

/// An event on its way to the log.
pub(crate) struct Record {
    pub(crate) level: Level,
    pub(crate) target: String,
    pub(crate) message: String,
    pub(crate) span: Option<&'static str>,
    /// Those of the scope, then those of the event.
    pub(crate) fields: Fields,
}

impl Record {
    pub(crate) fn new(level: Level, target: &str) -> Self {
        Self {
            level,
            target: target.to_owned(),
            message: String::new(),
            span: None,
            fields: Fields::default(),
        }
    }

    /// Spells the record as one JSON object and a line end, every value of it redacted.
    pub(crate) fn render(mut self, at: Timestamp, service: &str, redactor: &Redactor) -> String {
        let mut line = Line { text: String::with_capacity(512), redactor };
        line.text("timestamp", &format!("{at:.3}"));
        line.text("level", self.level.as_str());
        line.text("service", service);
        line.text("target", &self.target);
        line.text("message", &self.message);
        // Entering a span makes its trace context the current one, so this takes no lock: a panic may hold any.
        let context = opentelemetry::Context::current();
        let context = context.span();
        let context = context.span_context();
        if context.is_valid() {
            line.text("trace_id", &context.trace_id().to_string());
            line.text("span_id", &context.span_id().to_string());
        }
        if let Some(id) = self.fields.take(REQUEST_ID) {
            line.text("request_id", &id);
        }
        if let Some(span) = self.span {
            line.text("span", span);
        }
        for (name, value) in self.fields.iter() {
            if OWN.contains(&name) {
                line.value(&format!("field.{name}"), value);
            } else {
                line.value(name, value);
            }
        }
        line.text.push_str("}\n");
        line.text
    }
}

struct Line<'r> {
    text: String,
    redactor: &'r Redactor,
}

impl Line<'_> {
    fn value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Text(text) => self.text(name, text),
            Value::Literal(literal) if self.redactor.redact(literal) == literal.as_str() => {
                self.name(name);
                self.text.push_str(literal);
            }
            Value::Literal(literal) => self.text(name, literal),
        }
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        let value = self.redactor.redact(value);
        let (shown, rest) = value.split_at(value.floor_char_boundary(LONGEST));
        escape(&mut self.text, shown);
        if !rest.is_empty() {
            self.text.pop();
            let _infallible = write!(self.text, "… ({} bytes more)\"", rest.len());
        }
    }

    fn name(&mut self, name: &str) {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        escape(&mut self.text, name);
        self.text.push(':');
    }
}

/// Writes a JSON string in which nothing can move a terminal's cursor, end a line or turn the writing direction.
fn escape(line: &mut String, text: &str) {
    line.push('"');
    for c in text.chars() {
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            c if c.is_control()
                || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                let _infallible = write!(line, "\\u{:04x}", u32::from(c));
            }
            c => line.push(c),
        }
    }
    line.push('"');
}

//! A log that a test can read.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use pullwright_redact::Redactor;
use pullwright_telemetry::{Builder, Settings, Telemetry};
use serde_json::Value;
use tracing::Dispatch;

/// Bytes that were written, shared with whoever writes them.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Each line as an object; a line that is none fails the test.
    pub(crate) fn lines(&self) -> Vec<Value> {
        parse(&self.text())
    }

    pub(crate) fn only(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }
}

pub(crate) fn parse(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(value.is_object(), "{line}");
            value
        })
        .collect()
}

/// A log at `level` whose lines can be read.
pub(crate) fn log(level: &str, redactor: Redactor) -> (Dispatch, Telemetry, Captured) {
    let captured = Captured::default();
    let settings = Settings::directives(level).unwrap();
    let (dispatch, telemetry) =
        Builder::new("proposal", settings, redactor).writer(captured.clone()).build();
    (dispatch, telemetry, captured)
}

/// What `work` logs at level INFO.
pub(crate) fn logged(work: impl FnOnce()) -> Captured {
    let (dispatch, _telemetry, captured) = log("info", Redactor::new());
    tracing::dispatcher::with_default(&dispatch, work);
    captured
}

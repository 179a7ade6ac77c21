//! The log of this process, which all tests share; each looks for its own lines.

use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
};

use pullwright_telemetry::{Builder, Settings, Telemetry};
use serde_json::Value;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LOG: OnceLock<(Lines, Telemetry)> = OnceLock::new();

/// Sends this process's events into memory.
pub fn install() {
    LOG.get_or_init(|| {
        let lines = Lines::default();
        let builder = Builder::new("ingress", Settings::default(), crate::harness::redactor());
        let telemetry = builder.writer(lines.clone()).install().unwrap();
        // A failing test is to say so where people look.
        drop(std::panic::take_hook());
        (lines, telemetry)
    });
}

/// Everything that was logged.
pub fn text() -> String {
    let (lines, _) = LOG.get().expect("the log is installed");
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

/// The ingress' own lines in which `field` is `value`.
pub fn lines(field: &str, value: &str) -> Vec<Value> {
    let of_ours = |line: &Value| {
        line[field] == value
            && line["target"]
                .as_str()
                .is_some_and(|target| target.starts_with("pullwright_ingress"))
    };
    text().lines().map(|line| serde_json::from_str(line).expect(line)).filter(of_ours).collect()
}

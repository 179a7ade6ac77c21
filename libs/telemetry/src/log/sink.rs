//! Where lines go: one write per line, under one lock.

use std::{
    fmt,
    io::Write,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use pullwright_redact::Redactor;

use super::Record;

/// The end of the log.
pub(crate) struct Sink {
    service: &'static str,
    redactor: Redactor,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl Sink {
    pub(crate) fn new(
        service: &'static str,
        redactor: Redactor,
        writer: Box<dyn Write + Send>,
    ) -> Self {
        Self { service, redactor, writer: Mutex::new(writer) }
    }

    /// Writes a record as one line; a writer that fails has nowhere to be reported, so its error ends here.
    pub(crate) fn write(&self, record: Record) {
        #[expect(
            clippy::disallowed_methods,
            reason = "a line says when it was written, and nothing is decided by it"
        )]
        let now = Timestamp::now();
        let line = record.render(now, self.service, &self.redactor);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _unreportable = writer.write_all(line.as_bytes());
    }

    /// Passes on what the writer holds back.
    pub(crate) fn flush(&self) {
        let _unreportable = self.writer.lock().unwrap_or_else(PoisonError::into_inner).flush();
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("service", &self.service).finish_non_exhaustive()
    }
}

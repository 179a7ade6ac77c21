//! What this test process has logged so far, other tests' lines among it.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use pullwright_redact::Redactor;
use pullwright_telemetry::Builder;

/// The lines that hold all of these texts. Listens from its first call on.
pub fn lines(texts: &[&str]) -> Vec<String> {
    let log = log();
    let bytes = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let holds = |line: &&str| texts.iter().all(|text| line.contains(text));
    String::from_utf8_lossy(&bytes).lines().filter(holds).map(str::to_owned).collect()
}

/// One subscriber for all threads: with one per test, another test's thread may have settled already that nobody listens.
fn log() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    let listen = || {
        let log = Log::default();
        let settings =
            pullwright_telemetry::Settings::directives("off,pullwright_proposal=info").unwrap();
        let telemetry = Builder::new("proposal", settings, Redactor::new());
        // Not installed: a panic of a test belongs on its own output and not into the log.
        let (dispatch, telemetry) = telemetry.writer(log.clone()).build();
        tracing::dispatcher::set_global_default(dispatch).unwrap();
        std::mem::forget(telemetry);
        log
    };
    LOG.get_or_init(listen).clone()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

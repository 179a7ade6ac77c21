//! A line every two seconds for whoever waits.

use std::{
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::JoinHandle, time::Instant};

/// Longest silence.
const EVERY: Duration = Duration::from_secs(2);

/// What is going on right now.
#[derive(Clone)]
pub(crate) struct Progress {
    text: Arc<Mutex<String>>,
    started: Instant,
    is_shown: bool,
}

/// Tells until it is dropped.
pub(crate) struct Told(JoinHandle<()>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Progress {
    pub(crate) fn new(is_shown: bool) -> Self {
        Self { text: Arc::default(), started: Instant::now(), is_shown }
    }

    /// Says what is going on, at once when it is something new.
    pub(crate) fn begin(&self, text: impl Into<String>) {
        self.now(text);
        self.print();
    }

    /// Says how far it is.
    pub(crate) fn now(&self, text: impl Into<String>) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text.into();
    }

    /// Repeats it every two seconds.
    pub(crate) fn tell(&self) -> Told {
        let own = self.clone();
        Told(tokio::spawn(async move {
            loop {
                tokio::time::sleep(EVERY).await;
                own.print();
            }
        }))
    }

    fn print(&self) {
        if !self.is_shown {
            return;
        }
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        println!("{:>4} s  {text}", self.started.elapsed().as_secs());
        // A pipe may be read line by line while we wait.
        let _ = std::io::stdout().flush();
    }
}

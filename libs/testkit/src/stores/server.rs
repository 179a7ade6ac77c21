//! What both kinds of server share: off the async threads to the guard, and waiting until the server answers.
//!
//! Nothing here belongs to a runtime, so one server can serve the tests of a whole process.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{task::spawn_blocking, time::Instant};

use super::{
    StoreError,
    folder::Folder,
    guard::{Guard, Plan},
};

/// Generous: two cores may be busy compiling.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
const POLL_EVERY: Duration = Duration::from_millis(10);

/// A server that a killed one of the same folder still stands in the way of says so in its log.
const TRY_AGAIN: &str = "is still in use";

/// A server under its guard.
#[derive(Debug)]
pub(super) struct Server {
    guard: Arc<Mutex<Guard>>,
    pid: AtomicU32,
}

impl Server {
    /// Prepares a folder as the plan made from it says; the server does not run yet.
    pub(super) async fn post<P>(prefix: &'static str, plan: P) -> Result<Self, StoreError>
    where
        P: FnOnce(&Folder) -> Result<Plan, StoreError> + Send + 'static,
    {
        let guard = blocking(move || {
            let folder = Folder::create(prefix)?;
            let plan = plan(&folder)?;
            Guard::post(folder, plan)
        });
        Ok(Self { guard: Arc::new(Mutex::new(guard.await?)), pid: AtomicU32::new(0) })
    }

    /// Starts the server and waits until `answers` says that it does.
    pub(super) async fn start<A: Future<Output = bool>>(
        &self,
        mut answers: impl FnMut() -> A,
    ) -> Result<(), StoreError> {
        let deadline = Instant::now() + ANSWERS_WITHIN;
        self.launch().await?;
        loop {
            let in_time = tokio::time::timeout_at(deadline, answers()).await;
            if in_time == Ok(true) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.with(|guard| Ok(guard.silent(ANSWERS_WITHIN))).await?);
            }
            if let Some(log) = self.log_if_ended().await? {
                if !log.contains(TRY_AGAIN) {
                    return Err(self.with(|guard| Ok(guard.ended())).await?);
                }
                self.launch().await?;
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
    }

    pub(super) async fn stop(&self) -> Result<(), StoreError> {
        self.with(Guard::stop).await
    }

    pub(super) async fn kill(&self) -> Result<(), StoreError> {
        self.with(Guard::kill).await
    }

    pub(super) async fn signal(&self, name: &'static str) -> Result<(), StoreError> {
        self.with(move |guard| guard.signal(name)).await
    }

    /// The process id of the last start.
    pub(super) fn pid(&self) -> u32 {
        self.pid.load(Ordering::Relaxed)
    }

    async fn launch(&self) -> Result<(), StoreError> {
        self.pid.store(self.with(Guard::start).await?, Ordering::Relaxed);
        Ok(())
    }

    async fn log_if_ended(&self) -> Result<Option<String>, StoreError> {
        self.with(|guard| Ok((!guard.alive()?).then(|| guard.log()))).await
    }

    async fn with<T: Send + 'static>(
        &self,
        order: impl FnOnce(&mut Guard) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let guard = Arc::clone(&self.guard);
        blocking(move || order(&mut guard.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(work).await.map_err(|cancelled| StoreError::Io {
        doing: "wait for the guard of a store",
        source: cancelled.into(),
    })?
}

/// Tries again on another port while somebody else is faster in taking the free one; a given port is tried once.
pub(super) async fn on_some_port<T, S: Future<Output = Result<T, StoreError>>>(
    given: Option<u16>,
    mut start: impl FnMut(u16) -> S,
) -> Result<T, StoreError> {
    let mut tries = if given.is_some() { 1 } else { 5 };
    loop {
        tries -= 1;
        match start(given.unwrap_or_else(crate::ports::free)).await {
            Err(StoreError::Ended { log, .. })
                if tries > 0 && log.contains("Address already in use") => {}
            outcome => return outcome,
        }
    }
}

/// 128 bits of randomness in hexadecimal: safe in a URL, a shell and a settings file.
pub(super) fn password() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

//! What every part of the forge shares: the world behind a mutex, the repositories' folder and locks, faults,
//! the request log and the queues of webhooks. It decides nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, whole_seconds};
use crate::error::ForgeError;
use crate::fault::Faults;
use crate::git::{Git, Stats};
use crate::options::{ForgeOptions, RateLimit};
use crate::rest::RateWindows;
use crate::urls::Urls;
use crate::webhook::Dispatcher;
use crate::world::{Repository, RequestLog, World};

/// Handle to the forge's state; clones share it.
pub(crate) type App = Arc<AppState>;

/// The forge's state.
pub(crate) struct AppState {
    world: Mutex<World>,
    locks: Mutex<HashMap<u64, Arc<tokio::sync::Mutex<()>>>>,
    stats: Mutex<HashMap<(u64, String, String), Stats>>,
    mergeable: Mutex<HashMap<(u64, String, String), bool>>,
    log: Mutex<RequestLog>,
    /// Scripted faults.
    pub(crate) faults: Faults,
    /// Rate limit windows per token.
    pub(crate) rates: RateWindows,
    /// Git children.
    pub(crate) git: Git,
    /// URLs in answers.
    pub(crate) urls: Urls,
    /// Source of dates.
    pub(crate) clock: Arc<dyn Clock>,
    /// Queues of webhooks.
    pub(crate) webhooks: Dispatcher,
    /// How long the log of a hook shows a delivery.
    pub(crate) delivery_retention: Duration,
    /// Cancelled when the forge stops.
    pub(crate) stop: CancellationToken,
    data: PathBuf,
}

/// Takes a mutex whatever happened to its last holder: no state here is left half changed by a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AppState {
    /// Makes an empty world over a folder that exists.
    pub(crate) fn new(
        options: &ForgeOptions,
        web_url: &str,
        data: PathBuf,
    ) -> Result<App, ForgeError> {
        let stop = CancellationToken::new();
        Ok(Arc::new(Self {
            world: Mutex::default(),
            locks: Mutex::default(),
            stats: Mutex::default(),
            mergeable: Mutex::default(),
            log: Mutex::default(),
            faults: Faults::default(),
            rates: RateWindows::new(RateLimit { ..options.rate_limit }),
            git: Git::new(options.path.clone()),
            urls: Urls::new(web_url),
            clock: options.clock.clone(),
            webhooks: Dispatcher::new(options.delivery_timeout)?,
            delivery_retention: options.delivery_retention,
            stop,
            data,
        }))
    }

    /// Returns the world, to read or change it; never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// Returns the request log.
    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.log)
    }

    /// Returns measured sizes by repository, base and head.
    pub(crate) fn stats(&self) -> MutexGuard<'_, HashMap<(u64, String, String), Stats>> {
        lock(&self.stats)
    }

    /// Returns whether heads merge, by repository, base and head.
    pub(crate) fn mergeable(&self) -> MutexGuard<'_, HashMap<(u64, String, String), bool>> {
        lock(&self.mergeable)
    }

    /// Returns the present, whole seconds.
    pub(crate) fn now(&self) -> Timestamp {
        whole_seconds(self.clock.now())
    }

    /// Returns the folder of a bare repository.
    pub(crate) fn directory(&self, repository: u64) -> PathBuf {
        self.data.join("repositories").join(format!("{repository}.git"))
    }

    /// Waits for the repository's lock, which orders changes of pull requests and the webhooks that tell of them.
    pub(crate) async fn lock_repository(
        &self,
        repository: u64,
    ) -> tokio::sync::OwnedMutexGuard<()> {
        let mutex = lock(&self.locks).entry(repository).or_default().clone();
        mutex.lock_owned().await
    }

    /// Finds a repository by `owner/name`.
    pub(crate) fn find(&self, full_name: &str) -> Result<Repository, ForgeError> {
        self.world()
            .find(full_name)
            .cloned()
            .ok_or_else(|| ForgeError::not_found("repository", full_name))
    }

    /// Finds the id of a repository by `owner/name`.
    pub(crate) fn id_of(&self, full_name: &str) -> Result<u64, ForgeError> {
        self.world()
            .find(full_name)
            .map(|found| found.id)
            .ok_or_else(|| ForgeError::not_found("repository", full_name))
    }
}

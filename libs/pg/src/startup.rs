//! Waiting at the start for a server that is not up yet, as after a crash of both. It runs no statement.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{Result, Settings, connect_alone};

/// The first pause between two tries; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Waits until the server takes connections, at most as long as the settings say, and logs each try that was in vain.
///
/// # Errors
/// [`PgError::Unavailable`](crate::PgError::Unavailable) when it still does not; at once whatever time does not mend, such as a wrong
/// password or a database that is not there.
pub async fn wait_until_up(settings: &Settings) -> Result<()> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match connect_alone(settings).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let left = settings.startup_wait.saturating_sub(started.elapsed());
        if !error.is_retryable() || left.is_zero() {
            return Err(error);
        }
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            waited_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "the database takes no connections yet"
        );
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

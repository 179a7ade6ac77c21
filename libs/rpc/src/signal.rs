//! When to stop: SIGTERM, or Ctrl-C.

use tokio::signal::unix::{SignalKind, signal};

/// Waits until the process is asked to stop.
///
/// # Errors
/// The operating system does not let us listen for the signals.
pub async fn terminated() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping, asked by SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping, asked by SIGINT"),
    }
    Ok(())
}

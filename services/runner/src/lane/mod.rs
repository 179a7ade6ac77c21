//! Works on one leased lane, and renews its lease meanwhile. A `push:` lane needs the repository's lock, a `read:` lane nothing
//! but its lease.

mod ending;
pub mod push;
pub mod read;

use pullwright_rpc::explain::chain;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{App, lease::Lease, ledger::LedgerError};

/// Says what is counted of lanes' jobs.
pub fn describe() {
    ending::describe();
}

/// When to renew: a renewal's time from now, and so on.
async fn ticks(app: &App) -> Interval {
    let mut tick = interval(app.settings.renew_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.tick().await;
    tick
}

/// Renews the lease; says whether there is something to renew any more.
async fn renew_once(lease: &Lease) -> bool {
    match lease.renew().await {
        Ok(()) => {}
        Err(LedgerError::LeaseLost) => return false,
        Err(error) => tracing::warn!(
            lane = lease.lane,
            error.chain = chain(&error),
            "the lease was not renewed"
        ),
    }
    true
}

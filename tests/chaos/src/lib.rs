//! What must hold when processes die and the network lies: scenarios on the whole system, each service a process of its own.
//!
//! A scenario is repeatable by its seed, is bounded in time, and says in a report what it did and what did not hold.

mod dice;
mod kills;
pub mod opened;
mod progress;
pub mod report;
pub mod scenario;

//! The reference runtime as a real process, in a real repository, judged as an adapter would judge it.

mod contract;
mod disobedience;
mod git;
mod place;
mod scripts;

use std::time::Duration;

/// Longer than any run of the runtime that ends by itself takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

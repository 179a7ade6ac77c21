//! Starts the ledger.

fn main() {}

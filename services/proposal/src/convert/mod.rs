//! Between the contract's messages and the ledger's own types.

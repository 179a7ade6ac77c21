//! What the crate promises to either side of the contract.

mod briefs;
mod documents;
mod golden;
mod outcomes;
mod quotes;
mod slots;
mod support;

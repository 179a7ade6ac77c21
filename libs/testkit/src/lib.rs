//! What tests, `make up` and the demo need from the machine: private stores, free ports, and waiting for a fact.
//!
//! It knows no service, no schema and no GitHub; it starts real servers and sees that none of them outlives its user.

pub mod ports;
pub mod stores;
pub mod wait;

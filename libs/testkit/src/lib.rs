//! What tests, `make up` and the demo need from the machine: private stores, free ports, a look at programs, and waiting for a fact.
//!
//! It knows no service, no schema and no GitHub; it starts real servers and sees that none of them outlives its user.

pub mod ports;
pub mod programs;
pub mod stores;
pub mod wait;

//! The process engine against real repositories behind git's own HTTP server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends where it is")]

mod asides;
mod faults;
mod forge;
mod hostile;
mod patches;
mod proc;
mod processes;
mod pushing;
mod reading;
mod refusals;
mod remote_git;
mod server;
mod surveys;
mod world;

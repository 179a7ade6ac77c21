//! The contract of the REST surface against the running system: every call, code and header, held against the server's own document.
//!
//! A development stack of its own, which all of these tests share; each has names of its own, so that they do not see each other.

mod ask;
mod catalogue;
mod coverage;
mod document;
mod etags;
mod fuzz;
mod gate;
mod hidden;
mod lists;
mod parity;
mod repeats;
mod request_ids;
mod row;
mod rows;
mod setup;
mod streams;
mod transitions;
mod world;

//! Git work on a remote repository, without a work tree: look at a branch, read one file, commit, push, delete.
//!
//! [`Engine`] is drawn for two engines: [`ProcessEngine`] runs hardened git commands; a native one needs no git at all.
//! Whoever calls holds the repository's lock; this module knows no lock, no job, no proposal and no REST.
//!
//! No word of git's output is taken for success: [`Engine::push_new`] says what the remote reported, and after
//! anything unclear only [`Engine::tip`] tells.

mod base;
mod branch;
mod command;
mod commit;
mod compared;
mod confine;
mod engine;
mod environment;
mod error;
mod message;
mod oid;
mod path;
mod process;
mod pushed;
mod remote;
mod settings;
mod survey;
mod transcript;
pub mod version;

pub use base::{Base, Blob, Mode};
pub use commit::{Commits, FileChange, Identity, NewCommit};
pub use compared::Compared;
pub use engine::Engine;
pub use error::{GitError, Result};
pub use message::clean;
pub use oid::Oid;
pub use process::ProcessEngine;
pub use pullwright_github::Retry;
pub use pushed::{Deleted, Pushed};
pub use remote::Remote;
pub use settings::{GitSettings, TimeLimits};
pub use survey::{Folder, FolderFile, Survey};

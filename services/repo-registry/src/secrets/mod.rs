//! The secrets folder: files named by reference, read when they are used, never kept.
//!
//! A file must be a regular one inside the folder; symbolic links are followed as long as they stay inside, as mounted
//! secrets are links. What was read is registered with the redactor before anybody gets it. Does not know what a secret is for.

mod file;
mod folder;
mod repositories;
mod turn;

pub use file::Problem;
pub use folder::{ListError, Secrets, Versioned};
pub use repositories::{MalformedList, Repositories};
pub use turn::WriteError;

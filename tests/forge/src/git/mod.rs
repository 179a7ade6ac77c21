//! Everything that touches a bare repository: the git children, the refs on disk and smart HTTP as CGI.
//! It does not know pull requests, tokens or webhooks.

mod bulk;
mod cgi;
mod command;
mod commit;
mod diff;
pub(crate) mod http_backend;
mod import;
mod init;
mod log;
mod merge;
mod quote;
mod refs;

pub(crate) use bulk::BulkBranch;
pub(crate) use command::Git;
pub use command::GitError;
pub(crate) use commit::{CommitRequest, FileChange};
pub(crate) use diff::{ChangedFile, Stats};
pub(crate) use import::read_folder;
pub(crate) use merge::MergeCommit;
pub(crate) use refs::{is_valid_branch, read_ref, read_refs};

//! What the git half of the runner can be told.

use std::{ffi::OsString, path::PathBuf, time::Duration};

/// Settings of the process engine.
#[derive(Debug, Clone)]
pub struct GitSettings {
    /// The folder for what may be lost: repositories, and an empty home for git. One runner at a time.
    pub data: PathBuf,
    /// `PATH` of git and its helpers; they get nothing else from the environment.
    pub path: OsString,
    /// A file of certificates to trust instead of the system's, as an Enterprise Server may need.
    pub ca_file: Option<PathBuf>,
    /// Time limits.
    pub limits: TimeLimits,
    /// Largest file that is read, bytes.
    pub largest_blob: usize,
    /// Packs after which an unused repository is built anew; a pull request leaves two or three.
    pub most_packs: usize,
    /// Address space that one git process may take, bytes; a hostile pack grows no further. Linux only.
    pub most_memory: u64,
    /// Largest file that git may write, bytes. Linux only.
    pub largest_file: u64,
}

impl GitSettings {
    /// The defaults, with `data` for what may be lost.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            path: "/usr/local/bin:/usr/bin:/bin".into(),
            ca_file: None,
            limits: TimeLimits::default(),
            largest_blob: 5 << 20,
            most_packs: 250,
            most_memory: 384 << 20,
            largest_file: 256 << 20,
        }
    }
}

/// How long a git command may take before its whole group is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// One that reads from the remote.
    pub fetch: Duration,
    /// One that writes to the remote.
    pub push: Duration,
    /// One that stays on this machine.
    pub local: Duration,
    /// From the request to end until the group is killed.
    pub grace: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            fetch: Duration::from_secs(60),
            push: Duration::from_secs(15),
            local: Duration::from_secs(10),
            grace: Duration::from_secs(1),
        }
    }
}

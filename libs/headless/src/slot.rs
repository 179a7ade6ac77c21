//! The files of one attempt: a brief to read, and a path of its own for the result.
//!
//! A slot is used once, so no attempt can end with an earlier one's result. The result is opened below a folder that was opened
//! before the runtime started: neither a link nor a folder put in its place leads anywhere else.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{Mode, OFlags, openat};

use crate::{DocumentError, DocumentFault, Limits, RunResult, Version};

const RESULT: &str = "result.json";

/// The files of one attempt.
#[derive(Debug)]
pub struct Slot {
    brief: PathBuf,
    output: PathBuf,
    opened: File,
}

/// A slot that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// The attempt has had its slot already.
    #[error("attempt {attempt} has had its files already")]
    Used {
        /// The attempt's number.
        attempt: u32,
    },
    /// The runtime could reach these files as part of its workspace.
    #[error(
        "the folder of briefs and results must be outside the workspace, and the workspace outside it"
    )]
    InsideWorkspace,
    /// A file or folder could not be written or looked at.
    #[error("the files of attempt {attempt} cannot be made")]
    Io {
        /// The attempt's number.
        attempt: u32,
        /// Why.
        source: io::Error,
    },
}

impl Slot {
    /// Makes the folder of an attempt in `control`, and writes the brief into it; readable by this user only.
    ///
    /// `control` and `workspace` must exist.
    pub fn create(
        control: &Path,
        workspace: &Path,
        attempt: u32,
        brief: &[u8],
    ) -> Result<Self, SlotError> {
        let failed = |source: io::Error| SlotError::Io { attempt, source };
        let control = control.canonicalize().map_err(failed)?;
        let workspace = workspace.canonicalize().map_err(failed)?;
        if control.starts_with(&workspace) || workspace.starts_with(&control) {
            return Err(SlotError::InsideWorkspace);
        }
        let folder = control.join(format!("attempt-{attempt}"));
        let private = || {
            let mut builder = DirBuilder::new();
            builder.mode(0o700);
            builder
        };
        private().create(&folder).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => SlotError::Used { attempt },
            _ => SlotError::Io { attempt, source },
        })?;
        let output = folder.join("output");
        private().create(&output).map_err(failed)?;
        let opened = File::open(&output).map_err(failed)?;
        let path = folder.join("brief.json");
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o400)
            .open(&path)
            .and_then(|mut file| file.write_all(brief))
            .map_err(failed)?;
        Ok(Self { brief: path, output, opened })
    }

    /// Where the brief is.
    #[must_use]
    pub fn brief(&self) -> &Path {
        &self.brief
    }

    /// The folder that holds the result and nothing else: besides the workspace, the only one that the runtime has to write to.
    #[must_use]
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Where the runtime is to write its result.
    #[must_use]
    pub fn result(&self) -> PathBuf {
        self.output.join(RESULT)
    }

    /// The runtime's arguments.
    #[must_use]
    pub fn arguments(&self) -> [OsString; 5] {
        arguments(&self.brief, &self.result())
    }

    /// Reads the result: a plain file, no larger than allowed by its size before a byte of it is read, in the agreed version.
    pub fn read(&self, agreed: Version, limits: Limits) -> Result<RunResult, DocumentError> {
        let bytes = self.bytes(limits.bytes).map_err(DocumentError::whole)?;
        RunResult::read(&bytes, agreed, limits)
    }

    fn bytes(&self, limit: u64) -> Result<Vec<u8>, DocumentFault> {
        let unreadable = |error: io::Error| DocumentFault::Unreadable { kind: error.kind() };
        // Without NONBLOCK the open of a pipe that nobody writes to would never return.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = openat(&self.opened, RESULT, flags, Mode::empty());
        let file = opened.map(File::from).map_err(|error| match error {
            rustix::io::Errno::NOENT => DocumentFault::Missing,
            rustix::io::Errno::LOOP | rustix::io::Errno::NXIO => DocumentFault::NotPlain,
            other => unreadable(other.into()),
        })?;
        let about = file.metadata().map_err(unreadable)?;
        if !about.is_file() || about.nlink() > 1 {
            return Err(DocumentFault::NotPlain);
        }
        if about.len() > limit {
            return Err(DocumentFault::TooLarge { limit });
        }
        // It may have grown since: one byte more than allowed is asked for.
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > limit {
            return Err(DocumentFault::TooLarge { limit });
        }
        Ok(bytes)
    }

    /// Removes the attempt's files.
    pub fn remove(self) -> io::Result<()> {
        let folder = self.brief.parent().unwrap_or(&self.brief);
        fs::remove_dir_all(folder)
    }
}

/// The runtime's arguments in their order: `--headless --context <brief> --output <result>`.
#[must_use]
pub fn arguments(brief: &Path, result: &Path) -> [OsString; 5] {
    ["--headless".into(), "--context".into(), brief.into(), "--output".into(), result.into()]
}

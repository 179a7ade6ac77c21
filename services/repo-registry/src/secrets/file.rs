//! One file of the folder, looked at and read without following a link out of it and without waiting on a pipe.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;

/// The largest file that is read: 64 KiB, far more than any key.
const LARGEST: u64 = 64 * 1024;

/// Why a secret cannot be used; reads on from the secret's name.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such file.
    #[error("does not exist in the secrets folder")]
    Missing,
    /// It is a folder, a pipe, a socket or a device.
    #[error("is not a regular file")]
    NotAFile,
    /// It is a link that leads out of the folder.
    #[error("leads out of the secrets folder")]
    Outside,
    /// It is larger than 64 KiB.
    #[error("is larger than 64 KiB")]
    TooLarge,
    /// It holds nothing but white space.
    #[error("is empty")]
    Empty,
    /// It is shorter than eight bytes, so that it could not be taken out of a log line.
    #[error("is shorter than 8 bytes")]
    TooShort,
    /// It is not UTF-8 text.
    #[error("is not UTF-8 text")]
    NotText,
    /// It holds characters that a header cannot carry.
    #[error("holds characters that no credential has")]
    NotACredential,
    /// It cannot be read.
    #[error("cannot be read ({0})")]
    Unreadable(io::ErrorKind),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            kind => Self::Unreadable(kind),
        }
    }
}

/// Where `name` really is: a regular file inside `folder`.
pub(super) fn locate(folder: &Path, name: &str) -> Result<PathBuf, Problem> {
    let folder = folder.canonicalize()?;
    let path = folder.join(name).canonicalize()?;
    if !path.starts_with(&folder) {
        return Err(Problem::Outside);
    }
    // Asked before it is opened: opening a device can have effects.
    if path.symlink_metadata()?.is_file() { Ok(path) } else { Err(Problem::NotAFile) }
}

/// A file's text, and which version of the file it is.
#[derive(Debug)]
pub(super) struct Content {
    /// The text.
    pub(super) text: String,
    /// The version.
    pub(super) version: Version,
}

/// Which version of a file it is: when it was written, and nothing of what was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    seconds: i64,
    nanoseconds: i64,
}

impl Version {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { seconds: metadata.mtime(), nanoseconds: metadata.mtime_nsec() }
    }

    /// The version's name, which differs between references too.
    pub(super) fn name(self, reference: &str) -> String {
        format!("{reference}@{}.{:09}", self.seconds, self.nanoseconds)
    }
}

/// The content of `name` inside `folder`, at most 64 KiB of it.
pub(super) fn read(folder: &Path, name: &str) -> Result<Content, Problem> {
    let file = open(&locate(folder, name)?)?;
    let version = Version::of(&file.metadata()?);
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Problem::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::NotText)?;
    Ok(Content { text, version })
}

/// The version of `name` inside `folder`.
pub(super) fn version(folder: &Path, name: &str) -> Result<Version, Problem> {
    Ok(Version::of(&open(&locate(folder, name)?)?.metadata()?))
}

/// Opens what was located; a link or a pipe that took its place meanwhile is neither followed nor waited for.
fn open(path: &Path) -> Result<File, Problem> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(Problem::NotAFile) }
}

//! Changing a secret: `X.next` is made, then `X` becomes `X.previous` and `X.next` becomes `X`, later `X.previous` is removed.
//!
//! Each file comes into being whole, by a rename, readable by its owner only (`0600`); whoever reads meanwhile sees the old content or
//! the new one. A version is that of the file, which a rename keeps, so it is known before the secret is in force.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use pullwright_settings::{ExposeSecret as _, SecretString};
use ring::rand::{SecureRandom as _, SystemRandom};
use tempfile::NamedTempFile;

use super::{
    Problem,
    file::{self, Version},
};

/// How many random bytes a new secret has; HMAC-SHA256 has no use for more.
const SECRET_BYTES: usize = 32;

/// The folder of secrets cannot be written to; reads on from the folder's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be written to ({0})")]
pub struct WriteError(pub io::ErrorKind);

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self(error.kind())
    }
}

/// The name of the file that holds the secret before `reference`.
pub(super) fn previous(reference: &str) -> String {
    format!("{reference}.previous")
}

fn next(reference: &str) -> String {
    format!("{reference}.next")
}

/// Writes a new random secret beside the one in force, and gives its version.
pub(super) fn make_next(folder: &Path, reference: &str) -> Result<String, WriteError> {
    let mut random = [0; SECRET_BYTES];
    SystemRandom::new().fill(&mut random).map_err(|_| WriteError(io::ErrorKind::Other))?;
    let secret = SecretString::from(hex::encode(random));
    let written = write(folder, secret.expose_secret())?;
    // Newer than the one in force on a clock that was set back, too: equal times would be equal versions.
    if let Ok(current) = fs::metadata(folder.join(reference))
        && Version::of(&written.as_file().metadata()?) <= Version::of(&current)
    {
        written.as_file().set_modified(current.modified()? + Duration::from_millis(1))?;
    }
    let version = Version::of(&written.as_file().metadata()?);
    put(written, folder, &next(reference))?;
    Ok(version.name(reference))
}

/// Puts the secret of `version` in force if it is the one that comes next.
pub(super) fn turn(folder: &Path, reference: &str, version: &str) -> Result<bool, WriteError> {
    match file::version(folder, &next(reference)) {
        Ok(found) if found.name(reference) == version => {}
        Ok(_) | Err(Problem::Missing) => return Ok(false),
        Err(problem) => return Err(unreadable(problem)),
    }
    match file::read(folder, reference) {
        // Done again after a crash between the two renames this copies the same secret once more.
        Ok(current) => put(write(folder, &current.text)?, folder, &previous(reference))?,
        // Somebody took it away; then nothing was before the one that comes.
        Err(Problem::Missing) => {}
        Err(problem) => return Err(unreadable(problem)),
    }
    fs::rename(folder.join(next(reference)), folder.join(reference))?;
    keep(folder)?;
    Ok(true)
}

/// Removes the secret before `reference`.
pub(super) fn remove_previous(folder: &Path, reference: &str) -> Result<(), WriteError> {
    match fs::remove_file(folder.join(previous(reference))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => keep(folder),
    }
}

/// A file of no name yet, as far as readers are concerned, that holds `text`.
fn write(folder: &Path, text: &str) -> Result<NamedTempFile, WriteError> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn put(file: NamedTempFile, folder: &Path, name: &str) -> Result<(), WriteError> {
    file.persist(folder.join(name)).map_err(|refused| refused.error)?;
    keep(folder)
}

/// Makes what the folder names now survive a power cut.
fn keep(folder: &Path) -> Result<(), WriteError> {
    Ok(File::open(folder)?.sync_all()?)
}

fn unreadable(problem: Problem) -> WriteError {
    match problem {
        Problem::Unreadable(kind) => WriteError(kind),
        Problem::Missing => WriteError(io::ErrorKind::NotFound),
        _ => WriteError(io::ErrorKind::InvalidData),
    }
}

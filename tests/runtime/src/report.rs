//! The result file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use pullwright_headless::{RunResult, Version};

/// Where the result goes, and in which version.
pub(crate) struct Report {
    path: PathBuf,
    version: Version,
}

impl Report {
    pub(crate) fn new(path: &Path, version: Version) -> Self {
        Self { path: path.to_owned(), version }
    }

    /// Writes the result, and gives back the code to leave with.
    pub(crate) fn written(&self, result: &RunResult, code: u8) -> Result<u8> {
        let bytes = result.written().context("hold the result against its schema")?;
        self.raw(&bytes)?;
        Ok(code)
    }

    /// Writes whatever it is.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<()> {
        fs::write(&self.path, bytes).context("write the result")
    }

    /// Where the result goes.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The version of the result.
    pub(crate) fn version(&self) -> Version {
        self.version
    }
}

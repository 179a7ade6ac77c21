//! The command line: `--headless --context <brief> --output <result>`, and nothing else.

use std::{ffi::OsString, path::PathBuf};

use anyhow::{Result, bail};

/// What the adapter says on the command line.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// Where the brief is.
    pub(crate) brief: PathBuf,
    /// Where the result goes.
    pub(crate) result: PathBuf,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    pub(crate) fn parse(given: impl Iterator<Item = OsString>) -> Result<Self> {
        let given: Vec<OsString> = given.collect();
        match given.as_slice() {
            [headless, context, brief, output, result]
                if headless == "--headless" && context == "--context" && output == "--output" =>
            {
                Ok(Self { brief: brief.into(), result: result.into() })
            }
            _ => bail!("usage: pullwright-runtime --headless --context <brief> --output <result>"),
        }
    }
}

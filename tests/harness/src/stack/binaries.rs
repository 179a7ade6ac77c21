//! Where our binaries are: beside the running one, as cargo leaves them.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

/// The path of a binary of this workspace.
///
/// # Errors
/// It was not built.
pub fn find(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("find the running program")?;
    let folder = own.parent().context("a program is in a folder")?;
    // Tests run from target/<profile>/deps.
    let folder = if folder.ends_with("deps") {
        folder.parent().context("deps is in a folder")?
    } else {
        folder
    };
    let path = folder.join(name);
    if path.is_file() {
        return Ok(path);
    }
    bail!(
        "{} is missing: build it with `cargo build --workspace --bins`, or run `make test`",
        path.display()
    )
}

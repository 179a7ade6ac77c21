//! Asks back before what cannot be undone.

use std::io::{BufRead as _, IsTerminal as _};

use crate::{
    error::{Error, Result},
    output::Output,
};

/// Whether the person types `yes`; a script, which nobody can ask, says so beforehand.
///
/// # Errors
/// Nobody can be asked, or standard input broke.
pub fn confirm(what: &str, consequence: &str, output: Output) -> Result<bool> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Error::Usage(format!("{what} asks back; a script says --yes")));
    }
    output.note(&format!("{consequence}. Type yes to go on:"));
    let mut typed = String::new();
    input.lock().read_line(&mut typed)?;
    Ok(typed.trim() == "yes")
}

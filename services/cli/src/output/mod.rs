//! How answers reach the person: tables and sentences on standard output, or JSON; problems and progress on standard error.

mod field;
mod progress;
mod style;
mod table;
mod time;
mod wire;

use std::io::{IsTerminal as _, Write as _};

use anstream::ColorChoice;
use prost::Message;

use crate::{
    args::{Colour, Format, OutputArguments},
    error::{Error, Result},
};

pub use field::Fields;
pub use progress::Progress;
pub use style::{bad, dim, good, status, strong, warn};
pub use table::Table;
pub use time::{Moment, duration};
pub use wire::clean;

/// Where answers go, and in which form.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    format: Format,
}

impl Output {
    /// Output as asked for on the command line.
    pub fn new(arguments: &OutputArguments) -> Self {
        match arguments.color {
            Colour::Auto => {}
            Colour::Always => ColorChoice::AlwaysAnsi.write_global(),
            Colour::Never => ColorChoice::Never.write_global(),
        }
        Self { format: arguments.output }
    }

    /// Whether answers are for scripts.
    pub fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// Shows a message: as JSON when asked for, else as `text` makes it.
    pub fn show<M: Message + Default>(
        self,
        name: &str,
        message: &M,
        text: impl FnOnce(&M) -> String,
    ) -> Result<()> {
        match self.format {
            Format::Json => self.line(&wire::pretty(name, message)?),
            Format::Table => self.line(&text(&wire::harmless(name, message)?)),
        }
    }

    /// Shows a message of a stream: one line of JSON, or of text.
    pub fn show_line<M: Message + Default>(
        self,
        name: &str,
        message: &M,
        text: impl FnOnce(&M) -> String,
    ) -> Result<()> {
        match self.format {
            Format::Json => self.line(&wire::compact(name, message)?),
            Format::Table => self.line(&text(&wire::harmless(name, message)?)),
        }
    }

    /// Writes one text and a line end to standard output.
    pub fn line(self, text: &str) -> Result<()> {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{text}").or_else(unless_closed)?;
        out.flush().or_else(unless_closed)?;
        Ok(())
    }

    /// Shows a value as JSON.
    pub fn json(self, value: &serde_json::Value) -> Result<()> {
        self.line(&wire::visible(&format!("{value:#}")))
    }

    /// Writes a text to standard output: to the byte, or made harmless where that is a terminal.
    pub fn raw(self, text: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        let text = if out.is_terminal() { clean(text) } else { text.to_owned() };
        out.write_all(text.as_bytes()).or_else(unless_closed)?;
        out.flush().or_else(unless_closed)?;
        Ok(())
    }

    /// Tells something beside the answer.
    pub fn note(self, text: &str) {
        anstream::eprintln!("{text}");
    }

    /// Tells why it did not end well.
    pub fn error(self, error: &Error) {
        let mut text = format!("{} {}", bad("error:"), clean(&error.to_string()));
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            text.push_str(&format!(": {}", clean(&cause.to_string())));
            source = cause.source();
        }
        if let Error::Refused(refusal) = error {
            for violation in &refusal.violations {
                let (field, rule) = (clean(&violation.field), clean(&violation.rule));
                text.push_str(&format!("\n  {} {rule}", strong(&field)));
            }
            if let Some(after) = refusal.retry_after {
                text.push_str(&format!("\n  try again in {}", duration(after)));
            } else if refusal.is_unavailable() {
                text.push_str("\n  `pullwright doctor` tells which service is away");
            }
        }
        anstream::eprintln!("{text}");
    }
}

/// A reader that has seen enough, such as `head`, is no error.
fn unless_closed(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    }
}

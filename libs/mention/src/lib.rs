//! Who is spoken to in a comment, and what is asked: mentions of a bot and commands to it.
//!
//! A comment is read as a person reads it on GitHub: what is quoted, code or an HTML comment speaks to nobody. A comment that
//! begins with the mention and a known verb is a command and acts; any other mention is a question and is answered. There is no
//! third answer such as "unknown command": it would echo a stranger's text.
//!
//! ```
//! use pullwright_mention::{Handle, Reading, Verb, read};
//!
//! let handle = Handle::new("Cody[bot]").expect("a login");
//! let Reading::Command(command) = read("@cody fix: the title is cut", &handle) else { panic!() };
//! assert_eq!((command.verb, command.arguments), (Verb::Fix, "the title is cut"));
//! assert_eq!(read("What do you think, @CODY?", &handle), Reading::Mention);
//! assert_eq!(read("> @cody fix this", &handle), Reading::Silent);
//! ```
//!
//! It does not know who wrote a comment, whether they may ask for anything, or what becomes of it. No I/O, no state; time is
//! linear in the text, but for a logarithm.

mod command;
mod handle;
mod markdown;
mod mention;

pub use command::{Command, Verb};
pub use handle::Handle;

/// What a comment says to one bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'t> {
    /// The comment does not speak to the bot.
    Silent,
    /// The comment speaks to the bot and is to be answered.
    Mention,
    /// The comment tells the bot what to do.
    Command(Command<'t>),
}

/// Reads what a comment says to the bot of this handle.
#[must_use]
pub fn read<'t>(text: &'t str, handle: &Handle) -> Reading<'t> {
    let seen = markdown::visible(text);
    match command::find(text, &seen, handle) {
        Some(command) => Reading::Command(command),
        None if mention::is_in(&seen, handle) => Reading::Mention,
        None => Reading::Silent,
    }
}

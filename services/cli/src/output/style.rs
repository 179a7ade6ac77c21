//! The few colours there are. They are always written; the stream takes them out where they do not belong.

use anstyle::{AnsiColor, Style};

fn painted(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// As it should be.
pub fn good(text: &str) -> String {
    painted(text, AnsiColor::Green.on_default())
}

/// Wants a look.
pub fn warn(text: &str) -> String {
    painted(text, AnsiColor::Yellow.on_default())
}

/// Wrong.
pub fn bad(text: &str) -> String {
    painted(text, AnsiColor::Red.on_default().bold())
}

/// Beside the point.
pub fn dim(text: &str) -> String {
    painted(text, Style::new().dimmed())
}

/// The point.
pub fn strong(text: &str) -> String {
    painted(text, Style::new().bold())
}

/// A proposal's state in its colour.
pub fn status(name: &str) -> String {
    match name {
        "pr_opened" | "opening" => painted(name, AnsiColor::Cyan.on_default()),
        "pr_merged" => good(name),
        "rejected" | "superseded" => dim(name),
        name if name.starts_with("pending, failed") => bad(name),
        _ => name.to_owned(),
    }
}

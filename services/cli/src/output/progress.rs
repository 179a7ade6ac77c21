//! One live line on standard error while something takes its time; nothing where nobody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::clean;

/// A line that says what goes on and for how long.
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins the line.
    pub fn begin(text: &str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(text.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Says what goes on now, in one line whoever wrote it.
    pub fn say(&self, text: &str) {
        self.0.set_message(clean(text).replace('\n', " "));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_in_its_line_and_moves_no_cursor() {
        let progress = Progress::begin("waiting");
        progress.say("push refused: \u{1b}[2J\nnext line");
        assert_eq!(progress.0.message(), "push refused: \\u{1b}[2J next line");
    }
}

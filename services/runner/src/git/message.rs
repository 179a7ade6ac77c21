//! Commit messages, cleaned as `git commit -F` cleans them, so that every way of committing gives one id.

/// Drops blanks at line ends and empty lines at both ends, joins runs of empty lines, and ends with one line feed.
///
/// This is git's `whitespace` mode: lines that begin with `#` stay. Blank means space, tab, carriage return.
#[must_use]
pub fn clean(message: &str) -> String {
    let mut cleaned = String::with_capacity(message.len() + 1);
    let mut gap = false;
    for line in message.split('\n') {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        if line.is_empty() {
            gap = !cleaned.is_empty();
            continue;
        }
        if gap {
            cleaned.push('\n');
            gap = false;
        }
        cleaned.push_str(line);
        cleaned.push('\n');
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_extra_lines_go() {
        assert_eq!(
            clean("\n \n subject \t\r\n\n\n\nbody  \n# kept\n\n"),
            " subject\n\nbody\n# kept\n"
        );
    }

    #[test]
    fn an_empty_message_stays_empty() {
        assert_eq!(clean(" \n\r\n"), "");
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = clean("a\n\n\n b \n");
        assert_eq!(clean(&once), once);
    }
}

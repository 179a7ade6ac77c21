//! What kind of block a line begins.

/// A run of fence characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: u8,
    length: usize,
}

/// What a line is, seen from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing but white space.
    Blank,
    /// `> …`, also inside a list item.
    Quote,
    /// Opens a fenced code block.
    Fence(Fence),
    /// Indented by four columns or more.
    Indented,
    /// Anything else; `item` if it opens a list item.
    Text {
        /// Whether it begins with a list marker.
        item: bool,
    },
}

/// The end of the line that holds byte `at`, its line feed included.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed + 1)
}

/// Says what the line is; it may hold its line feed.
pub(super) fn kind(line: &str) -> Line {
    let deep = indentation(line) >= 4;
    let mut rest = line.trim();
    if rest.is_empty() {
        return Line::Blank;
    }
    let mut item = false;
    loop {
        if rest.starts_with('>') && (item || !deep) {
            return Line::Quote;
        }
        if let Some(fence) = opening(rest) {
            return Line::Fence(fence);
        }
        match after_marker(rest) {
            Some(inner) if item || !deep => (rest, item) = (inner.trim_start(), true),
            _ if deep && !item => return Line::Indented,
            _ => return Line::Text { item },
        }
    }
}

/// Whether the line ends a block that this fence opened.
pub(super) fn closes(line: &str, fence: Fence) -> bool {
    let line = line.trim();
    line.len() >= fence.length && line.bytes().all(|c| c == fence.mark)
}

/// The fence at the beginning, unless it is inline code of three backticks and more.
fn opening(rest: &str) -> Option<Fence> {
    let mark = *rest.as_bytes().first().filter(|c| matches!(c, b'`' | b'~'))?;
    let length = rest.bytes().take_while(|c| *c == mark).count();
    let inline = mark == b'`' && rest[length..].contains('`');
    (length >= 3 && !inline).then_some(Fence { mark, length })
}

/// What follows a list marker: `- `, `* `, `+ `, `1. ` or `1) `.
fn after_marker(rest: &str) -> Option<&str> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = match digits {
        0 => rest.strip_prefix(['-', '*', '+'])?,
        1..=9 => rest[digits..].strip_prefix(['.', ')'])?,
        _ => return None,
    };
    after.starts_with([' ', '\t']).then_some(after)
}

/// Columns of white space at the beginning, tabs to the next multiple of four.
fn indentation(line: &str) -> usize {
    let mut columns = 0;
    for c in line.bytes() {
        match c {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

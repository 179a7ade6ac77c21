//! Names as a chart can show them: no surprise inside, no wider than there is room.

use super::font;

/// Stands for a character that the font lacks, invisible ones included.
const BOX: char = '\u{25a1}';
const ELLIPSIS: char = '…';
/// More characters than this fit nowhere; the rest is not even looked at.
const LONGEST: usize = 256;

/// The name with a box for whatever cannot be shown, its middle cut out when it is wider than `room` pixels: parameters often
/// share their beginnings.
pub(super) fn fit(name: &str, size: f32, room: f32) -> String {
    let length = name.chars().count();
    let known: Vec<char> = name.chars().map(|c| if font::has(c) { c } else { BOX }).collect();
    let whole: String = known.iter().take(LONGEST).collect();
    if length <= LONGEST && font::width(&whole, size) <= room {
        return whole;
    }
    // Never more than fits: each step takes one character more, the head's first.
    let mut fitting = ELLIPSIS.to_string();
    for kept in 1..length.min(LONGEST) {
        let (head, tail) = (&known[..kept.div_ceil(2)], &known[length - kept / 2..]);
        let cut: String = head.iter().chain([&ELLIPSIS]).chain(tail).collect();
        if font::width(&cut, size) > room {
            break;
        }
        fitting = cut;
    }
    fitting
}

/// The text as XML character data.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

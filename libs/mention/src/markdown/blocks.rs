//! Blocks, line by line: quotes, fences, indented code; what is left goes to [`inline`](super::inline).

use super::{
    Hidden, Kind,
    inline::Inline,
    lines::{Line, closes, end_of_line, kind},
};

/// All hidden parts in order, none of them overlapping.
pub(super) fn hidden(text: &str) -> Vec<Hidden> {
    let mut walk = Walk {
        text,
        found: Vec::new(),
        inline: Inline::new(text),
        after_blank: true,
        in_list: false,
    };
    let mut at = 0;
    while at < text.len() {
        at = walk.block(at);
    }
    walk.found
}

struct Walk<'t> {
    text: &'t str,
    found: Vec<Hidden>,
    inline: Inline<'t>,
    /// Whether the line before was blank or code, so that an indented line is code and not a paragraph's next line.
    after_blank: bool,
    /// Whether an indented line belongs to a list item.
    in_list: bool,
}

impl Walk<'_> {
    /// Takes the block that begins at byte `at`, and says where the next begins.
    fn block(&mut self, at: usize) -> usize {
        let end = end_of_line(self.text, at);
        let whole = at == 0 || self.text.as_bytes()[at - 1] == b'\n';
        let line = if whole { kind(&self.text[at..end]) } else { Line::Text { item: false } };
        match line {
            Line::Blank => {
                self.after_blank = true;
                end
            }
            Line::Quote => {
                self.after_blank = false;
                self.hide(at, end, Kind::Absent)
            }
            Line::Fence(fence) => {
                let mut last = end;
                while last < self.text.len() {
                    let start = last;
                    last = end_of_line(self.text, start);
                    if closes(&self.text[start..last], fence) {
                        break;
                    }
                }
                self.after_blank = true;
                self.hide(at, last, Kind::Code)
            }
            Line::Indented if self.after_blank && !self.in_list => self.hide(at, end, Kind::Code),
            Line::Indented | Line::Text { .. } => {
                if let (true, Line::Text { item }) = (whole, line) {
                    self.in_list = item || (self.in_list && !self.after_blank);
                }
                self.after_blank = false;
                self.inline.region(at, self.end_of_paragraph(end), &mut self.found)
            }
        }
    }

    /// The paragraph's lines go on until one of another kind; list items are paragraphs of their own.
    fn end_of_paragraph(&self, first: usize) -> usize {
        let mut end = first;
        while end < self.text.len() {
            let next = end_of_line(self.text, end);
            match kind(&self.text[end..next]) {
                Line::Indented | Line::Text { item: false } => end = next,
                _ => break,
            }
        }
        end
    }

    fn hide(&mut self, start: usize, end: usize, kind: Kind) -> usize {
        self.found.push(Hidden { range: start..end, kind });
        end
    }
}

//! Inside a paragraph: code spans, HTML comments, and the HTML elements that quote or show code.

use std::collections::HashMap;

use super::{Hidden, Kind, search::Search};

const ELEMENTS: [(&str, &str, Kind); 3] = [
    ("<pre", "</pre>", Kind::Code),
    ("<code", "</code>", Kind::Code),
    ("<blockquote", "</blockquote>", Kind::Absent),
];

/// Reads paragraphs of one text.
pub(super) struct Inline<'t> {
    text: &'t str,
    comment: Search<'t>,
    elements: [Search<'t>; 3],
}

impl<'t> Inline<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let comment = Search::new(text, "-->");
        Self { text, comment, elements: ELEMENTS.map(|(_, close, _)| Search::new(text, close)) }
    }

    /// Notes what is hidden from `start` to `end`, and says where reading goes on: at `end`, or behind something that reached
    /// further.
    pub(super) fn region(&mut self, start: usize, end: usize, found: &mut Vec<Hidden>) -> usize {
        let bytes = self.text.as_bytes();
        let runs = backticks(&self.text[start..end], start);
        let mut at = start;
        while at < end {
            let hidden = match bytes[at] {
                b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => {
                    at += 2;
                    continue;
                }
                b'`' => {
                    let length = run(bytes, at, end);
                    match closing(&runs, at, length) {
                        Some(last) => Hidden { range: at..last, kind: Kind::Code },
                        None => {
                            at += length;
                            continue;
                        }
                    }
                }
                b'<' => match self.html(at) {
                    Some(hidden) => hidden,
                    None => {
                        at += 1;
                        continue;
                    }
                },
                _ => {
                    at += 1;
                    continue;
                }
            };
            at = hidden.range.end;
            found.push(hidden);
        }
        at
    }

    /// The HTML comment or element at a `<`. A comment that never ends hides the rest where it begins a line, as renderers have it,
    /// and is plain text elsewhere; an element that never ends reaches to the end.
    fn html(&mut self, at: usize) -> Option<Hidden> {
        let rest = &self.text[at..];
        if let Some(inner) = rest.strip_prefix("<!--") {
            let at_line_start = begins_line(&self.text[..at]);
            let end = match inner {
                _ if inner.starts_with('>') => at + "<!-->".len(),
                _ if inner.starts_with("->") => at + "<!--->".len(),
                _ => match self.comment.end_after(at + "<!--".len()) {
                    Some(end) => end,
                    None if at_line_start => self.text.len(),
                    None => return None,
                },
            };
            return Some(Hidden { range: at..end, kind: Kind::Absent });
        }
        let (index, kind) = ELEMENTS.iter().enumerate().find_map(|(index, (open, _, kind))| {
            let head = rest.get(..open.len())?;
            let next = rest.as_bytes().get(open.len())?;
            let opens =
                head.eq_ignore_ascii_case(open) && (*next == b'>' || next.is_ascii_whitespace());
            opens.then_some((index, *kind))
        })?;
        let end = self.elements[index].end_after(at).unwrap_or(self.text.len());
        Some(Hidden { range: at..end, kind })
    }
}

/// Whether only white space stands before, on the last line of `before`; looks no further back than that.
fn begins_line(before: &str) -> bool {
    let indent = before.trim_end_matches([' ', '\t']);
    indent.is_empty() || indent.ends_with('\n')
}

/// How many backticks stand from `at` on.
fn run(bytes: &[u8], at: usize, end: usize) -> usize {
    bytes[at..end].iter().take_while(|c| **c == b'`').count()
}

/// Where runs of backticks begin, by their length, in order.
fn backticks(region: &str, offset: usize) -> HashMap<usize, Vec<usize>> {
    let bytes = region.as_bytes();
    let mut runs: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = run(bytes, at, bytes.len());
        if length > 0 {
            runs.entry(length).or_default().push(offset + at);
        }
        at += length.max(1);
    }
    runs
}

/// The end of the code span that a run opens: the next run of the same length.
fn closing(runs: &HashMap<usize, Vec<usize>>, at: usize, length: usize) -> Option<usize> {
    let starts = runs.get(&length)?;
    let next = starts.partition_point(|start| *start < at + length);
    starts.get(next).map(|start| start + length)
}

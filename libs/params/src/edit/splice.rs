//! Exchanges some spans of a text for others. It does not know why.

use std::ops::Range;

/// Some bytes of a text and what stands there instead; an empty span is an insertion.
#[derive(Debug)]
pub(super) struct Splice {
    pub(super) span: Range<usize>,
    pub(super) text: String,
}

/// Applies splices whose spans do not overlap, in any order; what touches is applied in the order of the text.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| (splice.span.start, splice.span.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for splice in &splices {
        result.push_str(&text[at..splice.span.start]);
        result.push_str(&splice.text);
        at = splice.span.end;
    }
    result.push_str(&text[at..]);
    result
}

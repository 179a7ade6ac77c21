//! Stretches of a text that have to go.

use crate::kind::Kind;

/// Bytes `start..end`, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// Sorts spans and joins those that overlap, so that nothing between two matches is left over.
pub(crate) fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => {
                last.end = last.end.max(span.end);
                last.kind = last.kind.min(span.kind);
            }
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize, kind: Kind) -> Span {
        Span { start, end, kind }
    }

    #[test]
    fn overlapping_spans_are_joined_and_touching_ones_are_not() {
        let joined = union(vec![
            span(6, 9, Kind::Jwt),
            span(0, 5, Kind::UrlPassword),
            span(2, 4, Kind::GhToken),
            span(8, 12, Kind::Secret),
            span(12, 13, Kind::Jwt),
        ]);
        assert_eq!(
            joined,
            [span(0, 5, Kind::GhToken), span(6, 12, Kind::Secret), span(12, 13, Kind::Jwt)]
        );
    }
}

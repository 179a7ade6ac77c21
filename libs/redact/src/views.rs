//! A text as it is, and as it reads with its encodings undone.

use crate::{
    encoding::Encoding,
    span::{Span, union},
};

/// How many encodings on top of each other are undone: a URL in a JSON text in another JSON text.
const DEPTH: usize = 3;

/// Lets `find` look at the text and at each of its decoded views; gives all that was found, joined, in places of the text.
pub(crate) fn search(text: &[u8], find: &dyn Fn(&[u8], &mut Vec<Span>)) -> Vec<Span> {
    search_to(DEPTH, text, find)
}

fn search_to(depth: usize, text: &[u8], find: &dyn Fn(&[u8], &mut Vec<Span>)) -> Vec<Span> {
    let mut spans = Vec::new();
    find(text, &mut spans);
    if depth > 0 {
        for encoding in Encoding::ALL {
            let Some(view) = encoding.decode(text) else { continue };
            let mut found = search_to(depth - 1, &view, find);
            encoding.translate(text, &mut found);
            spans.append(&mut found);
        }
    }
    union(spans)
}

//! From a text to the text without credentials.

use std::borrow::Cow;

use crate::{kind::find_placeholder, live::Finder, patterns, span::Span, views};

/// What is taken out can bring together what stood apart; more rounds than this would need a text made for it.
const ROUNDS: usize = 8;

/// Takes out secrets and token-shaped text until there is no more.
pub(crate) fn redact<'t>(text: &'t str, finder: &Finder) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        match round(&text, finder) {
            Some(redacted) => text = Cow::Owned(redacted),
            None => break,
        }
    }
    text
}

/// One round over what stands between placeholders; `None` when there is nothing to take out.
fn round(text: &str, finder: &Finder) -> Option<String> {
    let mut redacted: Option<String> = None;
    let (mut from, mut kept) = (0, 0);
    while from < text.len() {
        let placeholder =
            find_placeholder(&text[from..]).map(|(start, end)| (from + start, from + end));
        let (until, next) = placeholder.unwrap_or((text.len(), text.len()));
        for span in find(&text[from..until], finder) {
            let redacted = redacted.get_or_insert_with(|| String::with_capacity(text.len()));
            redacted.push_str(&text[kept..from + span.start]);
            redacted.push_str(span.kind.placeholder());
            kept = from + span.end;
        }
        from = next;
    }
    redacted.map(|mut redacted| {
        redacted.push_str(&text[kept..]);
        redacted
    })
}

fn find(text: &str, finder: &Finder) -> Vec<Span> {
    let mut spans = views::search(text.as_bytes(), &|view, spans| {
        finder.find(view, spans);
        patterns::find(view, spans);
    });
    // A cut secret may end within a character.
    let mut from = 0;
    for span in &mut spans {
        span.start = text.floor_char_boundary(span.start).max(from);
        span.end = text.ceil_char_boundary(span.end).max(from);
        from = span.end;
    }
    spans.retain(|span| span.start < span.end);
    spans
}

//! Registered secrets, all found in one pass over a text.
//!
//! Only the first and last bytes of a long form are in the automaton, which keeps it small for tokens of any length; a
//! hit grows as far as text and form agree. So a piece of a secret that was cut goes as well.

use std::{collections::BTreeMap, sync::Arc};

use aho_corasick::AhoCorasick;
use zeroize::Zeroizing;

use crate::{forms::Form, kind::Kind, span::Span};

/// How much of a form's beginning or end is enough to recognise it.
const SEED: usize = 24;

/// Finds the forms of some secrets.
pub(crate) struct Exact {
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    seeds: Vec<Vec<Seed>>,
    /// By secret.
    forms: Vec<Arc<Vec<Form>>>,
}

#[derive(Clone, Copy)]
struct Seed {
    secret: usize,
    form: usize,
    is_tail: bool,
}

impl Exact {
    /// Prepares to find these forms, given by secret.
    pub(crate) fn new(secrets: impl Iterator<Item = Arc<Vec<Form>>>) -> Self {
        let forms: Vec<_> = secrets.collect();
        let mut patterns: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        let mut known: BTreeMap<&[u8], usize> = BTreeMap::new();
        let mut seeds: Vec<Vec<Seed>> = Vec::new();
        let all = forms.iter().enumerate().flat_map(|(secret, forms)| {
            forms.iter().enumerate().map(move |(form, Form { bytes, .. })| (secret, form, bytes))
        });
        for (secret, form, bytes) in all {
            let length = bytes.len().min(SEED);
            let tail = Some((&bytes[bytes.len() - length..], true));
            let head = (bytes.len() > SEED).then(|| (&bytes[..length], false));
            for (pattern, is_tail) in tail.into_iter().chain(head) {
                let at = *known.entry(pattern).or_insert_with(|| {
                    patterns.push(Zeroizing::new(pattern.to_vec()));
                    seeds.push(Vec::new());
                    patterns.len() - 1
                });
                seeds[at].push(Seed { secret, form, is_tail });
            }
        }
        let automaton = AhoCorasick::new(patterns.iter().map(|pattern| pattern.as_slice())).expect(
            "its patterns, of at most 24 bytes each, are too few to overflow 31 bits of states",
        );
        Self { automaton, seeds, forms }
    }

    /// Adds every place where a form stands, overlapping ones too.
    pub(crate) fn find(&self, text: &[u8], spans: &mut Vec<Span>) {
        for hit in self.automaton.find_overlapping_iter(text) {
            for seed in &self.seeds[hit.pattern()] {
                spans.push(self.grow(text, hit.start(), hit.end(), *seed));
            }
        }
    }

    fn grow(&self, text: &[u8], mut start: usize, mut end: usize, seed: Seed) -> Span {
        let form = &self.forms[seed.secret][seed.form];
        if seed.is_tail {
            let rest = &form.bytes[..form.bytes.len() - (end - start)];
            start -= agreeing(rest.iter().rev(), text[..start].iter().rev());
        } else {
            end += agreeing(form.bytes[end - start..].iter(), text[end..].iter());
        }
        if form.base64 {
            start -= text[..start].iter().rev().take(1).filter(|byte| is_base64(**byte)).count();
            end += text[end..].iter().take(1).filter(|byte| is_base64(**byte)).count();
            end += text[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
        }
        Span { start, end, kind: Kind::Secret }
    }
}

fn agreeing<'b>(form: impl Iterator<Item = &'b u8>, text: impl Iterator<Item = &'b u8>) -> usize {
    form.zip(text).take_while(|(form, text)| form == text).count()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms;

    fn found(secrets: &[&str], text: &str) -> Vec<String> {
        let mut spans = Vec::new();
        Exact::new(secrets.iter().map(|secret| Arc::new(forms::of(secret))))
            .find(text.as_bytes(), &mut spans);
        crate::span::union(spans).iter().map(|span| text[span.start..span.end].to_owned()).collect()
    }

    #[test]
    fn overlapping_secrets_are_both_found() {
        assert_eq!(found(&["abcdefgh", "ghijklmn"], "x abcdefghijklmn y"), ["abcdefghijklmn"]);
        assert_eq!(found(&["abcdefgh", "abcdefghijkl"], "abcdefghijkl"), ["abcdefghijkl"]);
    }

    #[test]
    fn a_piece_of_a_long_secret_that_was_cut_is_found() {
        let secret: String = (0..40).map(|n| format!("{n:02}-")).collect();
        assert_eq!(found(&[&secret], &format!("<{}>", &secret[..50])), [&secret[..50]]);
        assert_eq!(found(&[&secret], &format!("<{}>", &secret[70..])), [&secret[70..]]);
        assert_eq!(found(&[&secret], &format!("<{secret}>")), [secret.as_str()]);
    }

    #[test]
    fn tokens_that_begin_alike_are_all_found() {
        let alike = "a-header-that-is-the-same-in-all-tokens.";
        let (one, two) =
            (format!("{alike}one-one-one-one-one-one"), format!("{alike}two-two-two-two-two-two"));
        assert_eq!(found(&[&one, &two], &format!("{two} {one}")), [two.as_str(), one.as_str()]);
    }
}

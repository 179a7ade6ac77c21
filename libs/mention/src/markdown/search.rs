//! A closing mark looked for once: what was not found from here is not looked for from there.

/// Looks for one ASCII mark, forwards only, in any case.
pub(super) struct Search<'t> {
    text: &'t str,
    mark: &'static str,
    /// From this byte on, the mark does not occur.
    none_from: Option<usize>,
}

impl<'t> Search<'t> {
    pub(super) fn new(text: &'t str, mark: &'static str) -> Self {
        Self { text, mark, none_from: None }
    }

    /// The byte after the first mark that begins at `from` or later.
    pub(super) fn end_after(&mut self, from: usize) -> Option<usize> {
        if self.none_from.is_some_and(|none| from >= none) {
            return None;
        }
        let found = self.text.as_bytes()[from..]
            .windows(self.mark.len())
            .position(|window| window.eq_ignore_ascii_case(self.mark.as_bytes()));
        if found.is_none() {
            self.none_from = Some(from);
        }
        found.map(|at| from + at + self.mark.len())
    }
}

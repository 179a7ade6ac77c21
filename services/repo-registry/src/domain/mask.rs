//! Update masks: which fields of a resource an update takes (AIP-134).

use super::{Check, Violation, violation::shown};

/// The most paths that are looked at.
const LONGEST: usize = 32;

/// Which fields an update takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    taken: Vec<&'static str>,
    whole: bool,
}

impl Mask {
    /// Reads the paths of an update mask, of which `fields` are possible; `*` alone stands for all of them.
    ///
    /// # Errors
    /// A path that is none of them, by its name, or no path at all.
    pub fn parse(
        paths: &[String],
        fields: &'static [&'static str],
    ) -> Result<Self, Vec<Violation>> {
        const FIELD: &str = "update_mask";
        if paths == ["*"] {
            return Ok(Self { taken: fields.to_vec(), whole: true });
        }
        let known = fields.join(", ");
        let mut check = Check::default();
        check.that(
            (1..=LONGEST).contains(&paths.len()),
            FIELD,
            format!("must name at least one of {known}, or be `*` for all of them"),
        );
        let mut taken = Vec::new();
        for path in paths.iter().take(LONGEST) {
            match fields.iter().find(|field| **field == path.as_str()) {
                Some(field) => taken.push(*field),
                None => check.that(
                    false,
                    FIELD,
                    format!(
                        "names `{}`, which cannot be updated; possible are {known}",
                        shown(path)
                    ),
                ),
            }
        }
        check.done()?;
        Ok(Self { taken, whole: false })
    }

    /// The value of `field` when the update takes it.
    pub fn take<T>(&self, field: &'static str, value: T) -> Option<T> {
        self.taken.contains(&field).then_some(value)
    }

    /// Holds fields that cannot be changed against what they are, `(field, given, current)`, when the whole resource is given;
    /// empty means not given.
    ///
    /// # Errors
    /// The fields that differ.
    pub fn keeps(&self, fixed: &[(&'static str, &str, &str)]) -> Result<(), Vec<Violation>> {
        let mut check = Check::default();
        for (field, given, current) in fixed {
            let kept = !self.whole || given.is_empty() || given == current;
            check.that(kept, field, "cannot be changed");
        }
        check.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[&str] = &["name", "body"];

    fn parse(paths: &[&str]) -> Result<Mask, Vec<Violation>> {
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        Mask::parse(&paths, FIELDS)
    }

    #[test]
    fn only_what_is_named_is_taken() {
        let mask = parse(&["body", "body"]).expect("fine");
        assert_eq!((mask.take("name", 1), mask.take("body", 2)), (None, Some(2)));
        let whole = parse(&["*"]).expect("fine");
        assert_eq!((whole.take("name", 1), whole.take("body", 2)), (Some(1), Some(2)));
    }

    #[test]
    fn nothing_and_what_is_unknown_are_refused_by_name() {
        for (paths, said) in [
            (&[] as &[&str], "at least one of name, body"),
            (&["name", "nope"], "`nope`"),
            (&["name", "*"], "`*`"),
            (&["Name"], "`Name`"),
            (&["body.x"], "`body.x`"),
            (&[""], "``"),
        ] {
            let refused = parse(paths).expect_err("refused");
            assert_eq!(refused[0].field, "update_mask");
            assert!(refused[0].rule.contains(said), "{refused:?}");
        }
    }

    #[test]
    fn what_cannot_change_may_be_given_as_it_is() {
        let whole = parse(&["*"]).expect("fine");
        assert_eq!(whole.keeps(&[("url", "", "a"), ("engine", "solr", "solr")]), Ok(()));
        let refused = whole.keeps(&[("url", "b", "a")]).expect_err("refused");
        assert_eq!(refused[0].field, "url");
        assert_eq!(parse(&["name"]).expect("fine").keeps(&[("url", "b", "a")]), Ok(()));
    }
}

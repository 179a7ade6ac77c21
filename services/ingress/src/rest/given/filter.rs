//! What a list can be narrowed by: the form of each parameter, and how it is told to a core (AIP-160).

use serde_json::{Value, json};

use super::time;
use crate::edge::error::ApiError;

/// Longest text of a filter, in characters; no name is longer.
const LONGEST_TEXT: usize = 512;
/// The same as a regular expression: no control characters.
const NO_CONTROLS: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// What a boolean may be written as (RelyLoop §5), in any case.
const TRUE: &[&str] = &["true", "1", "yes", "on", "t", "y"];
const FALSE: &[&str] = &["false", "0", "no", "off", "f", "n"];

/// A query parameter that narrows a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// Its name, which is the contract's too.
    pub(crate) name: &'static str,
    /// Which values it takes.
    pub(crate) form: Form,
    /// What it does, in a sentence.
    pub(crate) help: &'static str,
}

/// Which values a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// Any text.
    Text,
    /// A UUID in hyphenated form.
    Id,
    /// One of these.
    Word(&'static [&'static str]),
    /// A boolean.
    Flag,
    /// A whole number from 1.
    Number,
}

impl Form {
    /// Takes a value, spelled as the contract has it.
    pub(crate) fn take(self, name: &str, text: &str) -> Result<String, ApiError> {
        let invalid = |remedy: String| Err(ApiError::invalid(name, remedy));
        if text.chars().any(char::is_control) {
            return invalid("must not hold control characters".to_owned());
        }
        match self {
            Self::Text if !(1..=LONGEST_TEXT).contains(&text.chars().count()) => invalid(format!(
                "must have 1 to {LONGEST_TEXT} characters; leave it out to see all"
            )),
            Self::Id if !super::id::is_id(text) => {
                invalid("must be a UUID in hyphenated form".to_owned())
            }
            Self::Word(known) if !known.contains(&text) => {
                invalid(format!("must be one of {}", known.join(", ")))
            }
            Self::Number if !text.parse::<i32>().is_ok_and(|number| number > 0) => {
                invalid("must be a whole number from 1".to_owned())
            }
            Self::Flag => {
                let word = text.to_ascii_lowercase();
                match (TRUE.contains(&word.as_str()), FALSE.contains(&word.as_str())) {
                    (true, _) => Ok("true".to_owned()),
                    (_, true) => Ok("false".to_owned()),
                    _ => {
                        invalid(format!("must be one of {}, {}", TRUE.join(", "), FALSE.join(", ")))
                    }
                }
            }
            Self::Text | Self::Id | Self::Word(_) | Self::Number => Ok(text.to_owned()),
        }
    }

    /// Its schema.
    pub(crate) fn schema(self) -> Value {
        match self {
            Self::Text => {
                json!({"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": NO_CONTROLS})
            }
            Self::Id => json!({"type": "string", "format": "uuid", "pattern": super::id::PATTERN}),
            Self::Word(known) => json!({"type": "string", "enum": known}),
            Self::Flag => json!({"type": "string", "pattern": flag_pattern()}),
            Self::Number => json!({"type": "integer", "minimum": 1, "maximum": i32::MAX}),
        }
    }
}

/// `name = "value"`: whatever the value is, it stays one value.
pub(crate) fn equals(name: &str, value: &str) -> String {
    format!("{name} = \"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `created_at >= "…"`, or another time.
pub(crate) fn since(field: &str, text: &str) -> Result<String, ApiError> {
    let at = time::instant(text)
        .ok_or_else(|| ApiError::invalid("since", format_args!("must be {}", time::FORM)))?;
    Ok(format!("{field} >= \"{at}\""))
}

fn flag_pattern() -> String {
    let any_case = |word: &&str| -> String {
        word.chars()
            .map(|c| match c {
                c if c.is_ascii_digit() => c.to_string(),
                c => format!("[{}{c}]", c.to_ascii_uppercase()),
            })
            .collect()
    };
    let words: Vec<_> = TRUE.iter().chain(FALSE).map(any_case).collect();
    format!("^({})$", words.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_read_as_relyloop_reads_them() {
        for (text, is) in [
            ("true", "true"),
            ("1", "true"),
            ("YES", "true"),
            ("on", "true"),
            ("T", "true"),
            ("y", "true"),
        ] {
            assert_eq!(Form::Flag.take("x", text).expect(text), is);
        }
        for text in ["false", "0", "no", "Off", "f", "n"] {
            assert_eq!(Form::Flag.take("x", text).expect(text), "false");
        }
        for text in ["maybe", "2", "", " true", "tru"] {
            let refused = Form::Flag.take("is_last_merged", text).expect_err(text);
            assert!(
                refused.message().starts_with("is_last_merged must be one of true, 1"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_quote_does_not_end_a_value() {
        assert_eq!(equals("name", r#"a" OR "\"#), r#"name = "a\" OR \"\\""#);
    }

    #[test]
    fn each_form_refuses_what_it_is_not() {
        for (form, text) in [
            (Form::Text, ""),
            (Form::Text, "a\0b"),
            (Form::Text, &"x".repeat(513)),
            (Form::Id, "01890a5dac96774bbcceb302099a8057"),
            (Form::Word(&["a", "b"]), "A"),
            (Form::Number, "0"),
            (Form::Number, "1.0"),
            (Form::Number, "99999999999"),
        ] {
            assert_eq!(form.take("x", text).expect_err(text).code(), "VALIDATION_ERROR");
        }
    }

    #[test]
    fn a_point_in_time_is_told_in_utc() {
        assert_eq!(
            since("created_at", "2026-01-02T03:04:05.5+01:00").expect("a time"),
            r#"created_at >= "2026-01-02T02:04:05.5Z""#
        );
        assert!(since("created_at", "yesterday").is_err());
    }
}

//! Query templates: what is tuned, and which parameters it declares.

use jiff::Timestamp;
use pullwright_params::Declared;
use pullwright_types::names;
use uuid::Uuid;

use super::{Check, Violation, cluster};

/// The longest body and the longest declaration, in bytes: a page of 200 templates stays a message that gRPC can carry.
pub const MAX_TEXT_BYTES: usize = 128 * 1024;

/// What a caller wants to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQueryTemplate {
    /// Its name, which is the name of its params file.
    pub name: String,
    /// One of [`cluster::ENGINE_TYPES`].
    pub engine_type: String,
    /// Its text; may be empty.
    pub body: String,
    /// Its declared parameters: a JSON object text of either shape, kept as spelled.
    pub declared_params_json: String,
}

impl NewQueryTemplate {
    /// Holds every field against its form.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(self) -> Result<Self, Vec<Violation>> {
        let mut check = Check::default();
        check.form("name", names::template(&self.name));
        cluster::one_of(&mut check, "engine_type", &self.engine_type, &cluster::ENGINE_TYPES);
        check.that(self.body.len() <= MAX_TEXT_BYTES, "body", "must be at most 128 KiB");
        check.that(!self.body.contains('\0'), "body", "must not hold the character NUL");
        check.that(
            self.declared_params_json.len() <= MAX_TEXT_BYTES,
            "declared_params_json",
            "must be at most 128 KiB",
        );
        if let Err(error) = Declared::parse(&self.declared_params_json) {
            check.that(
                false,
                "declared_params_json",
                format!("must be a JSON object of parameter types: {error}"),
            );
        }
        check.done()?;
        Ok(self)
    }
}

/// One version of a registered query template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryTemplate {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its version, from 1, per name.
    pub version: i32,
    /// One of [`cluster::ENGINE_TYPES`].
    pub engine_type: String,
    /// Its text; may be empty.
    pub body: String,
    /// Its declared parameters as registered.
    pub declared_params_json: String,
    /// When it was created.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(declared: &str) -> NewQueryTemplate {
        NewQueryTemplate {
            name: "product_search".into(),
            engine_type: "solr".into(),
            body: String::new(),
            declared_params_json: declared.into(),
        }
    }

    #[test]
    fn both_shapes_of_declarations_are_taken() {
        let both = r#"{"boost":"float","mode":{"type":"categorical","values":["a"]}}"#;
        assert_eq!(template(both).check().map(|t| t.declared_params_json), Ok(both.to_owned()));
    }

    #[test]
    fn anything_else_is_refused() {
        for declared in ["", "[]", "null", r#"{"a":1}"#, r#"{"a":"int","a":"int"}"#, "{}x"] {
            assert!(template(declared).check().is_err(), "{declared}");
        }
    }

    #[test]
    fn a_body_that_no_row_can_hold_is_refused() {
        let broken = NewQueryTemplate { body: "a\0b".into(), ..template("{}") };
        assert_eq!(broken.check().expect_err("refused")[0].field, "body");
    }
}

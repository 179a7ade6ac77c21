//! Query templates: what is tuned, and which parameters it declares.

use jiff::Timestamp;
use pullwright_params::Declared;
use pullwright_types::names;
use uuid::Uuid;

use super::{Check, Etag, Mask, Violation, cluster, violation::shown};

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
        body(&mut check, &self.body);
        declared_params(&mut check, &self.declared_params_json);
        check.done()?;
        Ok(self)
    }
}

/// What a caller wants to change of one version; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryTemplateChange {
    /// Its text.
    pub body: Option<String>,
    /// Its declared parameters.
    pub declared_params_json: Option<String>,
}

impl QueryTemplateChange {
    /// The fields that an update may name.
    pub const FIELDS: &[&str] = &["body", "declared_params_json"];

    /// What `given` would change of the fields that `mask` names.
    #[must_use]
    pub fn masked(mask: &Mask, given: Self) -> Self {
        Self {
            body: mask.take("body", given.body).flatten(),
            declared_params_json: mask
                .take("declared_params_json", given.declared_params_json)
                .flatten(),
        }
    }

    /// Holds every field that changes against the form it has at creation.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(self) -> Result<Self, Vec<Violation>> {
        let mut check = Check::default();
        if let Some(given) = &self.body {
            body(&mut check, given);
        }
        if let Some(given) = &self.declared_params_json {
            declared_params(&mut check, given);
        }
        check.done()?;
        Ok(self)
    }
}

fn body(check: &mut Check, given: &str) {
    check.that(given.len() <= MAX_TEXT_BYTES, "body", "must be at most 128 KiB");
    check.that(!given.contains('\0'), "body", "must not hold the character NUL");
}

fn declared_params(check: &mut Check, given: &str) {
    const FIELD: &str = "declared_params_json";
    if given.len() > MAX_TEXT_BYTES {
        check.that(false, FIELD, "must be at most 128 KiB");
    } else if let Err(error) = Declared::parse(given) {
        check.that(
            false,
            FIELD,
            format!("must be a JSON object of parameter types: {}", shown(&error.to_string())),
        );
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
    /// When it was last updated.
    pub updated_at: Timestamp,
    /// Changes with every update.
    pub etag: Etag,
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

    #[test]
    fn a_change_is_held_against_the_forms_of_a_creation() {
        let broken = QueryTemplateChange {
            body: Some("a\0b".into()),
            declared_params_json: Some("[]".into()),
        };
        let fields: Vec<_> = broken.check().expect_err("refused").iter().map(|v| v.field).collect();
        assert_eq!(fields, QueryTemplateChange::FIELDS);
        assert!(QueryTemplateChange::default().check().is_ok());
    }
}

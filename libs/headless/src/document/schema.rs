//! The four schema files, and the validator that holds documents against them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::{DocumentError, Fault, Name};
use crate::Version;

/// The schema texts are part of the program, so that what is validated against is what was tested.
static BRIEF_1: LazyLock<Validator> =
    LazyLock::new(|| compiled(include_str!("../../schemas/v1/session-brief.schema.json")));
static BRIEF_2: LazyLock<Validator> =
    LazyLock::new(|| compiled(include_str!("../../schemas/v2/session-brief.schema.json")));
static RESULT_1: LazyLock<Validator> =
    LazyLock::new(|| compiled(include_str!("../../schemas/v1/result.schema.json")));
static RESULT_2: LazyLock<Validator> =
    LazyLock::new(|| compiled(include_str!("../../schemas/v2/result.schema.json")));

/// Longest text of a rule in an error; rules name keys, and an unknown key is the document's own text.
const LONGEST_RULE: usize = 300;

/// Holds the document against the schema, and names the first field that does not keep it.
pub(super) fn check(value: &Value, name: Name, version: Version) -> Result<(), DocumentError> {
    let validator = match (name, version) {
        (Name::Brief, Version::V1) => &*BRIEF_1,
        (Name::Brief, Version::V2) => &*BRIEF_2,
        (Name::Result, Version::V1) => &*RESULT_1,
        (Name::Result, Version::V2) => &*RESULT_2,
    };
    validator.validate(value).map_err(|error| DocumentError {
        field: error.instance_path().to_string(),
        fault: Fault::Schema {
            rule: error
                .masked()
                .to_string()
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(LONGEST_RULE)
                .collect(),
        },
    })
}

fn compiled(text: &str) -> Validator {
    let schema: Value =
        serde_json::from_str(text).expect("the schema file is part of this crate and is JSON");
    jsonschema::draft202012::new(&schema)
        .expect("the schema file is part of this crate and refers to nothing outside itself")
}

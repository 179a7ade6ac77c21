//! The golden fixtures: valid by the schema files, read and written back without a change.

use std::fs;

use jsonschema::Validator;
use pullwright_headless::{Brief, DocumentError, Limits, RunResult, Version};
use serde_json::{Value, json};

use crate::support::{fixtures, folder};

fn schema(version: Version, name: &str) -> Value {
    let kind = if name.starts_with("brief") { "session-brief" } else { "result" };
    let path = folder(&format!("schemas/v{version}/{kind}.schema.json"));
    serde_json::from_slice(&fs::read(path).expect("a schema")).expect("JSON")
}

fn validator(version: Version, name: &str) -> Validator {
    jsonschema::draft202012::new(&schema(version, name)).expect("a schema that compiles")
}

/// Reads a fixture as its reader would, and gives what would be written.
fn through_types(version: Version, name: &str, bytes: &[u8]) -> Result<Value, DocumentError> {
    let limits = Limits::default();
    Ok(if name.starts_with("brief") {
        serde_json::to_value(Brief::read(bytes, &[version], limits)?).expect("JSON")
    } else {
        let written = RunResult::read(bytes, version, limits)?.written()?;
        serde_json::from_slice(&written).expect("JSON")
    })
}

#[test]
fn every_kind_of_document_has_a_fixture_in_both_versions() {
    for version in Version::ALL {
        for part in [
            "fix-issue",
            "review-comment",
            "mention",
            "success",
            "partial",
            "failure",
            "needs-input",
        ] {
            let known =
                |(v, name, _): &(Version, String, Vec<u8>)| *v == version && name.contains(part);
            assert!(fixtures().iter().any(known), "{version} {part}");
        }
    }
}

#[test]
fn fixtures_are_valid_by_the_schema_files() {
    for (version, name, bytes) in fixtures() {
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        let errors: Vec<String> = validator(version, &name)
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{version} {name}: {errors:?}");
    }
}

#[test]
fn fixtures_come_back_as_they_were() {
    for (version, name, bytes) in fixtures() {
        let before: Value = serde_json::from_slice(&bytes).expect("JSON");
        let after =
            through_types(version, &name, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(after, before, "{version} {name}");
    }
}

#[test]
fn schemas_are_of_the_draft_they_name_and_refer_to_nothing_outside() {
    for version in Version::ALL {
        for name in ["brief", "result"] {
            let schema = schema(version, name);
            jsonschema::meta::validate(&schema).expect("valid by its meta-schema");
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            let text = schema.to_string();
            assert!(!text.contains("\"$ref\":\"http") && !text.contains("\"$ref\":\"urn"));
        }
    }
}

#[test]
fn no_version_is_taken_for_another() {
    for (version, name, bytes) in fixtures() {
        let other = if version == Version::V1 { Version::V2 } else { Version::V1 };
        let error = through_types(other, &name, &bytes).expect_err("the other version");
        assert_eq!(error.field, "/contract_version", "{name}: {error}");
        assert!(error.fault.is_version());
    }
}

#[test]
fn an_unknown_major_version_is_refused() {
    for (version, name, bytes) in fixtures() {
        for unknown in [json!("9"), json!("1.0"), json!(""), json!(1), Value::Null] {
            let mut value: Value = serde_json::from_slice(&bytes).expect("JSON");
            value["contract_version"] = unknown.clone();
            let bytes = value.to_string().into_bytes();
            let error = through_types(version, &name, &bytes).expect_err("unknown");
            assert_eq!(error.field, "/contract_version", "{name} with {unknown}");
        }
    }
}

/// Types and schemas are two descriptions of one thing: what the one refuses, the other must not take.
#[test]
fn every_change_of_shape_is_refused_by_validator_and_reader() {
    for (version, name, bytes) in fixtures() {
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        let validator = validator(version, &name);
        let required = schema(version, &name)["required"].clone();
        for field in required.as_array().expect("a list") {
            let field = field.as_str().expect("a name");
            let mut cut = value.clone();
            cut.as_object_mut().expect("an object").remove(field);
            assert!(!validator.is_valid(&cut), "{name} without {field}");
            refused(version, &name, &cut);
        }
        for pointer in objects(&value, String::new()) {
            let mut more = value.clone();
            more.pointer_mut(&pointer).expect("there")["surplus"] = json!(1);
            assert!(!validator.is_valid(&more), "{name} with more at {pointer:?}");
            refused(version, &name, &more);
        }
    }
}

fn refused(version: Version, name: &str, value: &Value) {
    let bytes = value.to_string().into_bytes();
    assert!(through_types(version, name, &bytes).is_err(), "{version} {name}: {value}");
}

/// JSON Pointers of all objects.
fn objects(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(object) => std::iter::once(at.clone())
            .chain(object.iter().flat_map(|(key, inner)| objects(inner, format!("{at}/{key}"))))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| objects(inner, format!("{at}/{index}")))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_result_without_a_version_is_one_of_version_1() {
    let mut value = crate::support::fixture(Version::V1, "result-success");
    value.as_object_mut().expect("an object").remove("contract_version");
    let bytes = value.to_string().into_bytes();
    let result = RunResult::read(&bytes, Version::V1, Limits::default()).expect("version 1");
    assert_eq!(result.contract_version, "1");
    assert!(RunResult::read(&bytes, Version::V2, Limits::default()).is_err());
}

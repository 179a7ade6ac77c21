//! A document of either kind: bytes that fit, JSON that is unambiguous, a version that is spoken, a schema that is kept.

mod error;
mod json;
mod schema;

pub use error::{DocumentError, Fault};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Limits, UnsupportedVersion, Version};

/// The two documents of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Brief,
    Result,
}

const VERSION_FIELD: &str = "/contract_version";

/// Reads a document and its version; one that names no version is of version 1, as that version's contract has it.
///
/// `spoken` are the versions that the reader takes.
pub(crate) fn read<T: DeserializeOwned>(
    bytes: &[u8],
    name: Name,
    spoken: &[Version],
    limits: Limits,
) -> Result<(Version, T), DocumentError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(DocumentError::whole(Fault::TooLarge { limit: limits.bytes }));
    }
    let value = json::parse(bytes, limits.depth)?;
    let version = version(&value, spoken)?;
    schema::check(&value, name, version)?;
    let typed = serde_json::from_value(value)
        .map_err(|error| DocumentError::whole(Fault::Shape { what: error.to_string() }))?;
    Ok((version, typed))
}

/// Holds a document against the schema of its version before it is written.
pub(crate) fn check(value: &Value, name: Name, version: Version) -> Result<(), DocumentError> {
    schema::check(value, name, version)
}

fn version(value: &Value, spoken: &[Version]) -> Result<Version, DocumentError> {
    let at_version = |fault| DocumentError { field: VERSION_FIELD.to_owned(), fault };
    let given = match value.get("contract_version") {
        None => Version::V1,
        Some(Value::String(text)) => {
            text.parse().map_err(|error| at_version(Fault::Version(error)))?
        }
        Some(_) => {
            return Err(at_version(Fault::Shape { what: "is no string".to_owned() }));
        }
    };
    if spoken.contains(&given) {
        Ok(given)
    } else {
        let given = UnsupportedVersion { given: given.to_string() };
        Err(at_version(Fault::OtherVersion { given: given.given, spoken: listed(spoken) }))
    }
}

fn listed(versions: &[Version]) -> String {
    versions.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(" or ")
}

//! Reads `tests/hostile/params_json.json` and makes the bytes of its cases.

use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// One case of the corpus.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expect: Value,
}

impl Case {
    /// `accept`, `reject` or `accept_or_reject`.
    pub(crate) fn outcome(&self) -> &str {
        self.expect["outcome"].as_str().unwrap_or_default()
    }
}

/// Reads all cases.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile/params_json.json");
    let corpus: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let cases = corpus["cases"].as_array().context("no cases")?;
    cases.iter().map(case).collect()
}

fn case(case: &Value) -> Result<Case> {
    let id = case["id"].as_str().context("no id")?.to_owned();
    let bytes = bytes(&case["input"]["doc"]).with_context(|| id.clone())?;
    Ok(Case { id, bytes, expect: case["expect"].clone() })
}

fn bytes(doc: &Value) -> Result<Vec<u8>> {
    let decoded = |name: &str| -> Result<Vec<u8>> {
        Ok(STANDARD.decode(doc[name].as_str().unwrap_or_default())?)
    };
    match doc["kind"].as_str().context("no kind")? {
        "literal" => Ok(doc["text"].as_str().context("no text")?.into()),
        "b64" => decoded("data"),
        "empty" => Ok(Vec::new()),
        "repeat" => {
            let count = doc["count"].as_u64().context("no count")?.try_into()?;
            let units = decoded("unit_b64")?.repeat(count);
            Ok([decoded("head_b64")?, units, decoded("tail_b64")?].concat())
        }
        "concat" => {
            let parts = doc["parts"].as_array().context("no parts")?;
            Ok(parts.iter().map(bytes).collect::<Result<Vec<_>>>()?.concat())
        }
        kind => bail!("unknown kind {kind}"),
    }
}

//! GitHub's published examples of every event, made to be about the repository that is measured.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Where the examples are.
pub(super) const FILE: &str = "target/tools/webhooks-examples-7.6.1/node_modules/@octokit/webhooks-examples/api.github.com/index.json";

/// The repository that all deliveries are about.
#[derive(Debug, Clone)]
pub(super) struct About {
    /// `owner/name`.
    pub(super) full_name: String,
    /// GitHub's id of it.
    pub(super) github_id: u64,
    /// The host's web address.
    pub(super) web: String,
}

/// An event with its body.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) event: String,
    pub(super) body: Map<String, Value>,
}

impl Example {
    /// What the event says happened, empty when it does not.
    pub(super) fn action(&self) -> &str {
        self.body.get("action").and_then(Value::as_str).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Published {
    name: String,
    examples: Vec<Map<String, Value>>,
}

/// Reads all examples.
pub(super) fn read(path: &Path, about: &About) -> anyhow::Result<Vec<Example>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let published: Vec<Published> = serde_json::from_str(&text).context("parse the examples")?;
    let mut examples = Vec::new();
    for Published { name, examples: bodies } in published {
        for body in bodies {
            examples.push(Example { event: name.clone(), body: moved(body, about)? });
        }
    }
    ensure!(!examples.is_empty(), "{} has no examples", path.display());
    Ok(examples)
}

/// The same body about another repository. One about no repository at all, which only an App's hook is sent, is given one, so that one
/// secret signs all of them.
fn moved(body: Map<String, Value>, about: &About) -> anyhow::Result<Map<String, Value>> {
    let named = body.get("repository").and_then(|repository| repository["full_name"].as_str());
    let named = named.map(str::to_owned);
    let mut text = serde_json::to_string(&body)?;
    if let Some(named) = named {
        text = text.replace(&named, &about.full_name);
    }
    let mut body: Map<String, Value> = serde_json::from_str(&text)?;
    let repository = body.entry("repository").or_insert_with(|| json!({}));
    repository["id"] = json!(about.github_id);
    repository["full_name"] = json!(about.full_name);
    repository["html_url"] = json!(format!("{}/{}", about.web, about.full_name));
    Ok(body)
}

//! The whole document.

use serde_json::{Map, Value, json};

use super::{
    parts::{self, BEARER},
    schemas::Schemas,
    sketch::Sketch,
};

/// What stands behind the name of a schema that two different types want.
pub(super) const TWICE: &str = "__twice";

/// An operation with what its route says about it.
pub(crate) struct Operation<'t> {
    /// The method, in capitals.
    pub(crate) method: &'t str,
    /// The path, with names in braces.
    pub(crate) path: &'t str,
    /// Its name for programs, unique.
    pub(crate) id: &'t str,
    /// What it does, in a sentence.
    pub(crate) summary: &'t str,
    /// Which role it needs; none when it is open.
    pub(crate) role: Option<&'t str>,
    /// What it takes and gives.
    pub(crate) sketch: &'t Sketch,
}

/// Makes the document of these operations.
pub(crate) fn assemble<'t>(operations: impl IntoIterator<Item = Operation<'t>>) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Schemas::default());
    schemas.add("Problem".to_owned(), parts::problem());
    for operation in operations {
        schemas.extend(operation.sketch.schemas.clone());
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = shown(&operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pullwright",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "From an approved parameter diff to a pull request, its merge, and the state that follows. Every error has the same envelope; a query parameter that a call does not know is refused, a member of a body that it does not know is ignored unless the schema says otherwise.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{BEARER: []}],
        "paths": paths,
        "components": parts::components(schemas.into_value()),
    })
}

fn shown(operation: &Operation<'_>) -> Value {
    let mut shown = operation.sketch.operation(operation.path);
    shown["operationId"] = operation.id.into();
    shown["summary"] = operation.summary.into();
    shown["tags"] = json!([tag(operation.path)]);
    match operation.role {
        Some(role) => shown["description"] = format!("Needs the role {role}.").into(),
        None => shown["security"] = json!([]),
    }
    shown
}

/// The resource that a path is about.
fn tag(path: &str) -> &str {
    let path = path.strip_prefix("/api/v1/").unwrap_or(path).trim_start_matches('/');
    path.split('/').next().unwrap_or_default()
}

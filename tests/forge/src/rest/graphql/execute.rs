//! Answering the root fields of a query. What is missing is null and named among the errors; the rest is answered.

use std::collections::{BTreeSet, HashMap};

use graphql_parser::Pos;
use graphql_parser::query::{
    Definition, Document, Field, OperationDefinition, SelectionSet, parse_query,
};
use serde_json::{Map, Value, json};

use super::super::rate::Rate;
use super::Query;
use super::objects::{self, Found};
use super::project::{Invalid, Scope, key, location};
use crate::actions;
use crate::app::App;
use crate::world::{Identity, World, parse_node_id};

/// GitHub's limit of `nodes`.
const NODES: usize = 100;

/// Answers a query.
pub(super) async fn run(app: &App, identity: &Identity, rate: &Rate, query: &Query) -> Value {
    let document = match parse_query::<String>(&query.text) {
        Ok(document) => document,
        Err(error) => return json!({ "errors": [{ "message": error.to_string() }] }),
    };
    let (root, scope) = match prepare(&document, &query.variables) {
        Ok(prepared) => prepared,
        Err(invalid) => return json!({ "errors": [invalid.shape()] }),
    };
    let mut execution = Execution { app, identity, rate, scope, errors: Vec::new() };
    match execution.root(root).await {
        Err(invalid) => json!({ "errors": [invalid.shape()] }),
        Ok(data) if execution.errors.is_empty() => json!({ "data": data }),
        Ok(data) => json!({ "data": data, "errors": execution.errors }),
    }
}

fn prepare<'a>(
    document: &'a Document<'a, String>,
    variables: &'a Map<String, Value>,
) -> Result<(&'a SelectionSet<'a, String>, Scope<'a>), Invalid> {
    let (mut root, mut fragments) = (None, HashMap::new());
    for definition in &document.definitions {
        match definition {
            Definition::Fragment(fragment) => {
                fragments.insert(fragment.name.as_str(), fragment);
            }
            Definition::Operation(OperationDefinition::SelectionSet(set)) => root = Some(set),
            Definition::Operation(OperationDefinition::Query(query)) => {
                root = Some(&query.selection_set);
            }
            Definition::Operation(_) => {}
        }
    }
    let start = Pos { line: 1, column: 1 };
    let root = root.ok_or_else(|| Invalid::new("No query was given", "missingQuery", start))?;
    Ok((root, Scope { variables, fragments }))
}

struct Execution<'a> {
    app: &'a App,
    identity: &'a Identity,
    rate: &'a Rate,
    scope: Scope<'a>,
    errors: Vec<Value>,
}

impl<'a> Execution<'a> {
    async fn root(&mut self, set: &'a SelectionSet<'a, String>) -> Result<Value, Invalid> {
        let mut data = Map::new();
        let mut named = 0;
        for field in self.scope.fields(set, "Query")? {
            let value = match field.name.as_str() {
                "__typename" => json!("Query"),
                "rateLimit" => {
                    self.scope.pick(&objects::rate_limit(self.rate, named), &field.selection_set)?
                }
                "viewer" => {
                    let viewer = objects::viewer(self.app, self.identity);
                    self.scope.pick(&viewer, &field.selection_set)?
                }
                "node" => {
                    named += 1;
                    let id = self.scope.argument(field, "id");
                    self.nodes(field, &[id], false).await?.pop().unwrap_or_default()
                }
                "nodes" => {
                    let ids = self.scope.argument(field, "ids");
                    let ids = ids.as_array().cloned().unwrap_or_default();
                    named += ids.len();
                    self.list(field, &ids).await?
                }
                "repository" => self.repository(field).await?,
                _ => return Err(Invalid::undefined(field, "Query")),
            };
            data.insert(key(field).to_owned(), value);
        }
        Ok(Value::Object(data))
    }

    async fn list(
        &mut self,
        field: &'a Field<'a, String>,
        ids: &[Value],
    ) -> Result<Value, Invalid> {
        if ids.len() > NODES {
            let message = format!(
                "You may not provide more than {NODES} node ids; you provided {}.",
                ids.len()
            );
            self.error("ARGUMENT_LIMIT", &message, json!([key(field)]), field.position);
            return Ok(Value::Null);
        }
        Ok(Value::Array(self.nodes(field, ids, true).await?))
    }

    /// Answers one node per id; `indexed` says whether they stand in a list.
    async fn nodes(
        &mut self,
        field: &'a Field<'a, String>,
        ids: &[Value],
        indexed: bool,
    ) -> Result<Vec<Value>, Invalid> {
        let places = self.places(ids).await;
        let mut nodes = Vec::with_capacity(ids.len());
        for (index, (id, place)) in ids.iter().zip(places).enumerate() {
            let found = {
                let world = self.app.world();
                let named = place
                    .and_then(|(repository, number)| Some((world.repository(repository)?, number)));
                match named {
                    Some((repository, number)) => {
                        objects::pull(&world, self.identity, repository, number)
                    }
                    None => self.repository_node(&world, id),
                }
            };
            let path = match indexed {
                true => json!([key(field), index]),
                false => json!([key(field)]),
            };
            let id = id.as_str().unwrap_or_default();
            let missing = format!("Could not resolve to a node with the global id of '{id}'");
            nodes.push(self.picked(found, field, &missing, path)?);
        }
        Ok(nodes)
    }

    fn repository_node(&self, world: &World, id: &Value) -> Found {
        let id = id.as_str().and_then(|id| parse_node_id("R", id));
        match id.and_then(|id| world.repository(id)) {
            Some(found) if objects::is_visible(world, self.identity, found) => {
                Found::Object(objects::shape_repository(found))
            }
            _ => Found::Nothing,
        }
    }

    /// Finds repository and number of each pull request that is named, with heads as they are now.
    async fn places(&self, ids: &[Value]) -> Vec<Option<(u64, u64)>> {
        let wanted: Vec<Option<u64>> =
            ids.iter().map(|id| parse_node_id("PR", id.as_str()?)).collect();
        let places: Vec<Option<(u64, u64)>> = {
            let world = self.app.world();
            let known: HashMap<u64, (u64, u64)> = world
                .repositories()
                .flat_map(|entry| entry.pulls.values().map(|pull| (entry.id, pull)))
                .map(|(repository, pull)| (pull.id, (repository, pull.number)))
                .collect();
            wanted.into_iter().map(|id| known.get(&id?).copied()).collect()
        };
        let repositories: BTreeSet<u64> =
            places.iter().flatten().map(|(repository, _)| *repository).collect();
        for repository in repositories {
            self.refresh(repository).await;
        }
        places
    }

    async fn refresh(&self, repository: u64) {
        if let Err(error) = actions::refresh(self.app, repository, actions::DEFAULT_ACTOR).await {
            tracing::error!(error = %error.chain(), "a repository could not be refreshed");
        }
    }

    async fn repository(&mut self, field: &'a Field<'a, String>) -> Result<Value, Invalid> {
        let text = |name: &str| {
            self.scope.argument(field, name).as_str().map(str::to_owned).unwrap_or_default()
        };
        let name = format!("{}/{}", text("owner"), text("name"));
        let found = {
            let world = self.app.world();
            let found = world.find(&name).or_else(|| world.moved(&name));
            found.filter(|found| objects::is_visible(&world, self.identity, found)).cloned()
        };
        let Some(found) = found else {
            let message = format!("Could not resolve to a Repository with the name '{name}'.");
            self.error("NOT_FOUND", &message, json!([key(field)]), field.position);
            return Ok(Value::Null);
        };
        self.refresh(found.id).await;
        let object = objects::shape_repository(&found);
        let mut answer = Map::new();
        for inner in self.scope.fields(&field.selection_set, "Repository")? {
            if inner.name == "pullRequest" {
                let number = self.scope.argument(inner, "number").as_u64().unwrap_or_default();
                let pull = objects::pull(&self.app.world(), self.identity, &found, number);
                let missing =
                    format!("Could not resolve to a PullRequest with the number of {number}.");
                let path = json!([key(field), key(inner)]);
                answer.insert(key(inner).to_owned(), self.picked(pull, inner, &missing, path)?);
                continue;
            }
            let value = object.get(&inner.name).cloned();
            let value = value.ok_or_else(|| Invalid::undefined(inner, "Repository"))?;
            answer.insert(key(inner).to_owned(), self.scope.pick_field(&value, inner)?);
        }
        Ok(Value::Object(answer))
    }

    fn picked(
        &mut self,
        found: Found,
        field: &'a Field<'a, String>,
        missing: &str,
        path: Value,
    ) -> Result<Value, Invalid> {
        match found {
            Found::Object(object) => return self.scope.pick(&object, &field.selection_set),
            Found::Nothing => self.error("NOT_FOUND", missing, path, field.position),
            Found::Forbidden => {
                let message = "Resource not accessible by personal access token";
                self.error("FORBIDDEN", message, path, field.position);
            }
        }
        Ok(Value::Null)
    }

    fn error(&mut self, kind: &str, message: &str, path: Value, at: Pos) {
        self.errors.push(
            json!({ "type": kind, "path": path, "locations": [location(at)], "message": message }),
        );
    }
}

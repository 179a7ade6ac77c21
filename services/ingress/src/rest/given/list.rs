//! Lists: which part of them is asked for, in which order and narrowed by what.

use std::{collections::HashMap, future::Future, marker::PhantomData};

use axum::{extract::FromRequestParts, http::request::Parts};
use pullwright_proto::error::ErrorReason;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    filter::{self, Filter, Form},
    time,
};
use crate::{
    cores::Cores,
    edge::{error::ApiError, query},
    openapi::{Input, Sketch},
    rest::shape::Counted,
};

const DEFAULT: i32 = 50;
const MOST: i32 = 200;

/// A list that a core keeps.
pub(crate) trait Listing: Send + Sync + Sized + 'static {
    /// What a row looks like.
    type Row: Serialize + ToSchema;
    /// What it can be narrowed by with the contract's `filter`.
    const FILTERS: &'static [Filter];
    /// Switches of the request beside its filter.
    const SWITCHES: &'static [Filter] = &[];
    /// What it can be sorted by.
    const SORTS: &'static [&'static str];
    /// What it is sorted by when nobody says.
    const UNSORTED: &'static str = "created_at:desc";
    /// The time of its rows that `since` is held against, if they have one.
    const TIME: Option<&'static str> = Some("created_at");
}

/// A list that stands for itself, not below another resource.
pub(crate) trait Collection: Listing {
    /// Asks the core for a page.
    fn page(
        cores: &Cores,
        asked: Asked<Self>,
    ) -> impl Future<Output = Result<Counted<Self::Row>, ApiError>> + Send;
}

/// What was asked for, as the contract has it.
#[derive(Debug)]
pub(crate) struct Asked<L> {
    pub(crate) page_size: i32,
    pub(crate) page_token: String,
    pub(crate) filter: String,
    pub(crate) order_by: String,
    switches: Vec<&'static str>,
    list: PhantomData<fn() -> L>,
}

impl<L> Asked<L> {
    /// Whether a switch is on.
    pub(crate) fn is_on(&self, switch: &str) -> bool {
        self.switches.contains(&switch)
    }
}

impl<L: Listing, S: Send + Sync> FromRequestParts<S> for Asked<L> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let given: HashMap<String, String> = query::pairs(&parts.uri)?.into_iter().collect();
        let given = |name: &str| given.get(name).map(String::as_str);
        let mut terms = Vec::new();
        for one in L::FILTERS {
            if let Some(text) = given(one.name) {
                terms.push(filter::equals(one.name, &one.form.take(one.name, text)?));
            }
        }
        if let (Some(field), Some(text)) = (L::TIME, given("since")) {
            terms.push(filter::since(field, text)?);
        }
        let mut switches = Vec::new();
        for one in L::SWITCHES {
            if let Some(text) = given(one.name)
                && one.form.take(one.name, text)? == "true"
            {
                switches.push(one.name);
            }
        }
        Ok(Self {
            page_size: limit(given("limit"))?,
            page_token: given("cursor").unwrap_or_default().to_owned(),
            filter: terms.join(" AND "),
            order_by: order_by::<L>(given("sort"))?,
            switches,
            list: PhantomData,
        })
    }
}

impl<L: Listing> Input for Asked<L> {
    fn describe(sketch: &mut Sketch) {
        let limit = json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT});
        sketch.query("limit", limit, "How many rows at most.");
        sketch.query(
            "cursor",
            json!({"type": "string", "pattern": "^[A-Za-z0-9_-]*={0,2}$"}),
            "The `next_cursor` of the page before, with the same filters and the same order.",
        );
        let sorts = json!({"type": "string", "enum": sorts::<L>(), "default": L::UNSORTED});
        sketch.query(
            "sort",
            sorts,
            "The order: nulls first when ascending, last when descending; ties by id, descending.",
        );
        for one in L::FILTERS.iter().chain(L::SWITCHES) {
            sketch.query(one.name, one.form.schema(), one.help);
        }
        if let Some(field) = L::TIME {
            let help = format!("Only what has this `{field}` or a later one.");
            sketch.query("since", time::schema(), &help);
        }
        sketch.refuses(&[ErrorReason::ValidationError]);
    }
}

fn limit(given: Option<&str>) -> Result<i32, ApiError> {
    let Some(text) = given else { return Ok(DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| {
        ApiError::invalid("limit", format_args!("must be a whole number from 1 to {MOST}"))
    })
}

fn order_by<L: Listing>(given: Option<&str>) -> Result<String, ApiError> {
    let sorts = sorts::<L>();
    match given {
        None => Ok(String::new()),
        Some(text) if sorts.iter().any(|sort| sort == text) => Ok(text.replace(':', " ")),
        Some(_) => {
            Err(ApiError::invalid("sort", format_args!("must be one of {}", sorts.join(", "))))
        }
    }
}

fn sorts<L: Listing>() -> Vec<String> {
    L::SORTS.iter().flat_map(|key| [format!("{key}:asc"), format!("{key}:desc")]).collect()
}

/// A filter by an id.
pub(crate) const fn id(name: &'static str, help: &'static str) -> Filter {
    Filter { name, form: Form::Id, help }
}

/// A filter by a text.
pub(crate) const fn text(name: &'static str, help: &'static str) -> Filter {
    Filter { name, form: Form::Text, help }
}

/// A filter by one of some words.
pub(crate) const fn word(
    name: &'static str,
    words: &'static [&'static str],
    help: &'static str,
) -> Filter {
    Filter { name, form: Form::Word(words), help }
}

/// A filter by a boolean.
pub(crate) const fn flag(name: &'static str, help: &'static str) -> Filter {
    Filter { name, form: Form::Flag, help }
}

/// A filter by a number.
pub(crate) const fn number(name: &'static str, help: &'static str) -> Filter {
    Filter { name, form: Form::Number, help }
}

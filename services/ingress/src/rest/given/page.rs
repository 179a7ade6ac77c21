//! Which part of a list: `limit` and `cursor`. Other parameters are ignored.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};

use crate::edge::error::ApiError;

const DEFAULT: i32 = 50;
const MOST: i32 = 200;

/// The first page of a list that has no cursors yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) limit: i32,
}

/// A page of a list that has cursors.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    pub(crate) limit: i32,
    pub(crate) cursor: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Cursor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let given = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(given) = given
            .map_err(|_| ApiError::invalid("query", "must be `name=value` with `&` between"))?;
        let out_of_range =
            || ApiError::invalid("limit", format_args!("must be a whole number from 1 to {MOST}"));
        let limit = match single(&given, "limit")? {
            None => DEFAULT,
            Some(text) => {
                let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                limit.ok_or_else(out_of_range)?
            }
        };
        Ok(Self { limit, cursor: single(&given, "cursor")?.unwrap_or_default().to_owned() })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Cursor { limit, cursor } = Cursor::from_request_parts(parts, state).await?;
        if cursor.is_empty() {
            return Ok(Self { limit });
        }
        let remedy = format!("is not supported yet; leave it out and raise `limit`, up to {MOST}");
        Err(ApiError::invalid("cursor", remedy))
    }
}

fn single<'g>(
    given: &'g [(String, String)],
    name: &'static str,
) -> Result<Option<&'g str>, ApiError> {
    let mut values =
        given.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(ApiError::invalid(name, "stands twice; give it once")),
    }
}

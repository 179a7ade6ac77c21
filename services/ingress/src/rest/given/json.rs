//! JSON bodies: an object, within its limit, its errors told by field.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request},
    http::HeaderMap,
};
use serde::de::DeserializeOwned;
use serde_json::json;
use utoipa::ToSchema;

use super::{Object, Patch};
use crate::{
    App,
    edge::{
        beside::beside,
        body::{self, Body},
        error::ApiError,
    },
    openapi::{Input, Sketch},
};

/// The largest body of a call that says nothing else.
const MIB: usize = 1024 * 1024;
const JSON: &[&str] = &["application/json"];
/// A merge patch under its own name (RFC 7396), or as plain JSON.
const MERGE_PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

/// A body that must be given, at most `LIMIT` bytes.
#[derive(Debug)]
pub(crate) struct Given<T, const LIMIT: usize = MIB>(pub(crate) T);

impl<T, const LIMIT: usize> FromRequest<Arc<App>> for Given<T, LIMIT>
where
    T: DeserializeOwned + Send + 'static,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        require(JSON, &parts.headers)?;
        let body = app.room.read(&parts.headers, body, LIMIT).await?;
        parse(body).await.map(Self)
    }
}

impl<T: ToSchema, const LIMIT: usize> Input for Given<T, LIMIT> {
    fn describe(sketch: &mut Sketch) {
        sketch.body::<T>(JSON, true);
    }
}

/// A merge patch.
#[derive(Debug)]
pub(crate) struct Patched<T>(pub(crate) T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<Arc<App>> for Patched<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        require(MERGE_PATCH, &parts.headers)?;
        let body = app.room.read(&parts.headers, body, MIB).await?;
        parse(body).await.map(Self)
    }
}

impl<T: Patch> Input for Patched<T> {
    fn describe(sketch: &mut Sketch) {
        let patch = sketch.given::<T>();
        let some: Vec<_> = T::MEMBERS.iter().map(|name| json!({"required": [name]})).collect();
        sketch.body_of(MERGE_PATCH, true, &json!({"allOf": [patch, {"anyOf": some}]}));
    }
}

/// A body that may be left out; then it is the default.
#[derive(Debug)]
pub(crate) struct OrNothing<T>(pub(crate) T);

impl<T> FromRequest<Arc<App>> for OrNothing<T>
where
    T: DeserializeOwned + Default + Send + 'static,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let body = app.room.read(&parts.headers, body, MIB).await?;
        if body.bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        require(JSON, &parts.headers)?;
        parse(body).await.map(Self)
    }
}

impl<T: ToSchema> Input for OrNothing<T> {
    fn describe(sketch: &mut Sketch) {
        sketch.body::<T>(JSON, false);
    }
}

fn require(media_types: &[&str], headers: &HeaderMap) -> Result<(), ApiError> {
    let given = body::media_type(headers);
    if given.is_some_and(|given| media_types.iter().any(|one| given.eq_ignore_ascii_case(one))) {
        return Ok(());
    }
    let remedy = format!("must be {}", media_types.join(" or "));
    Err(ApiError::invalid("header Content-Type", remedy))
}

async fn parse<T: DeserializeOwned + Send + 'static>(body: Body) -> Result<T, ApiError> {
    beside(body.bytes.len(), move || read(&body.bytes)).await?
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // What is ignored is not looked at for encoding otherwise.
    let text =
        std::str::from_utf8(bytes).map_err(|_| ApiError::invalid("body", "must be UTF-8"))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let Object(value) = serde_path_to_error::deserialize::<_, Object<T>>(&mut json)
        .map_err(|error| refusal(&error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

/// A path of `.` is the body itself; `?` is where the text was no JSON any more.
fn refusal(path: &str, error: &serde_json::Error) -> ApiError {
    if !error.is_data() {
        return ApiError::invalid("body", format_args!("must be one JSON object: {error}"));
    }
    let field = match path {
        "." | "?" => "body",
        path => path.trim_end_matches(".?"),
    };
    ApiError::invalid(field, format_args!("is malformed: {error}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;
    use crate::rest::given::Pairs;

    #[derive(Debug, Deserialize)]
    struct Change {
        #[expect(dead_code, reason = "it is there to be left out")]
        from: Option<Box<RawValue>>,
        to: Box<RawValue>,
    }

    #[derive(Debug, Deserialize)]
    struct Body {
        diff: Pairs<Object<Change>>,
    }

    fn refused(text: &str) -> String {
        read::<Body>(text.as_bytes()).expect_err(text).message().to_owned()
    }

    #[test]
    fn values_keep_their_spelling_at_any_depth() {
        let body: Body =
            read(br#"{"diff": {"b": {"to": 2.50e0}, "a": {"from": null, "to": {"x":  [1e-05]}}}}"#)
                .unwrap();
        let texts: Vec<_> = body
            .diff
            .into_iter()
            .map(|(key, Object(change))| (key, change.to.get().to_owned()))
            .collect();
        assert_eq!(
            texts,
            [
                ("b".to_owned(), "2.50e0".to_owned()),
                ("a".to_owned(), r#"{"x":  [1e-05]}"#.to_owned())
            ]
        );
    }

    #[rstest]
    #[case(r#"{"diff": {"a.b": {"from": 1}}}"#, "diff.a.b is malformed: missing field `to`")]
    #[case(
        r#"{"diff": {"a": [1, 2]}}"#,
        "diff.a is malformed: invalid type: sequence, expected an object"
    )]
    #[case(r#"{"diff": {"a": {"to": 1}, "a": {"to": 1}}}"#, "the key `a` stands twice")]
    #[case(r#"{"diff": 1}"#, "diff is malformed")]
    #[case("{}", "body is malformed: missing field `diff`")]
    #[case("[{}]", "body is malformed")]
    #[case("null", "body is malformed")]
    #[case("{", "body must be one JSON object")]
    #[case("", "body must be one JSON object")]
    #[case(r#"{"diff": {}} x"#, "body must be one JSON object")]
    fn a_refusal_names_the_field(#[case] text: &str, #[case] told: &str) {
        assert!(refused(text).contains(told), "{text}: {}", refused(text));
    }

    #[test]
    fn depth_and_encoding_end_no_process() {
        let deep = format!(
            r#"{{"diff": {{"a": {{"to": {}{}}}}}}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!(
            read::<Body>(deep.as_bytes()).is_ok(),
            "a raw value is only looked through; the core judges its depth"
        );
        assert!(
            read::<Body>(
                &b"{\"diff\": ".iter().chain([b'['; 100_000].iter()).copied().collect::<Vec<_>>()
            )
            .is_err()
        );
        assert!(read::<Body>(b"{\"diff\": {}, \"x\": \"\xff\"}").is_err());
    }
}

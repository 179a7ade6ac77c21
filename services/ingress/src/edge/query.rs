//! Query parameters: each known and given once. A misspelt filter that is passed over would show everything.

use axum::{extract::Query, http::Uri};

use super::error::ApiError;

/// Refuses a query that has a parameter that is not among `known`, or one of them twice.
pub(crate) fn require_known(uri: &Uri, known: &[&str]) -> Result<(), ApiError> {
    let given = pairs(uri)?;
    for (at, (name, _)) in given.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            return Err(unknown(name, known));
        }
        if given[..at].iter().any(|(other, _)| other == name) {
            return Err(ApiError::invalid(name, "stands twice; give it once"));
        }
    }
    Ok(())
}

/// The parameters of a query, decoded.
pub(crate) fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, ApiError> {
    let Query(given) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| ApiError::invalid("query", "must be `name=value` with `&` between"))?;
    Ok(given)
}

fn unknown(name: &str, known: &[&str]) -> ApiError {
    let name: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    if known.is_empty() {
        return ApiError::invalid(
            "query",
            format_args!("parameter `{name}` is unknown; this call takes none"),
        );
    }
    let known = known.join(", ");
    ApiError::invalid(
        "query",
        format_args!("parameter `{name}` is unknown; this call takes {known}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &'static str) -> Option<String> {
        let uri = Uri::from_static(query);
        require_known(&uri, &["limit", "sort"]).err().map(|error| error.message().to_owned())
    }

    #[test]
    fn a_parameter_is_known_and_stands_once() {
        assert_eq!(refused("/x"), None);
        assert_eq!(refused("/x?"), None);
        assert_eq!(refused("/x?limit=1&sort=a"), None);
        assert_eq!(
            refused("/x?limti=1").as_deref(),
            Some("query parameter `limti` is unknown; this call takes limit, sort")
        );
        assert_eq!(
            refused("/x?limit=1&%6cimit=2").as_deref(),
            Some("limit stands twice; give it once")
        );
        assert!(refused("/x?%00%0a=1").is_some_and(|told| told.contains("`\\0\\n`")));
    }
}

//! Pages of lists and their `Link` header. It does not know what is listed.

use std::collections::BTreeMap;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::answer;

/// Query parameters of a list.
pub(super) type Query = BTreeMap<String, String>;

/// Answers one page of a list with the links to the others.
pub(super) fn page(base: &str, query: &Query, items: Vec<Value>) -> Response {
    let number = |name: &str, otherwise: usize| {
        query
            .get(name)
            .and_then(|text| text.parse::<usize>().ok())
            .filter(|number| *number > 0)
            .unwrap_or(otherwise)
    };
    let (size, current) = (number("per_page", 30).min(100), number("page", 1));
    let last = items.len().div_ceil(size).max(1);
    let shown: Vec<Value> =
        items.into_iter().skip((current - 1).saturating_mul(size)).take(size).collect();
    let mut response = answer::json(StatusCode::OK, &Value::Array(shown));
    let mut links = Vec::new();
    let mut link = |rel: &str, number: usize| {
        links.push(format!("<{}>; rel=\"{rel}\"", address(base, query, number)))
    };
    if current > 1 {
        link("prev", (current - 1).min(last));
    }
    if current < last {
        link("next", current + 1);
        link("last", last);
    }
    if current > 1 {
        link("first", 1);
    }
    if let Ok(value) = HeaderValue::try_from(links.join(", "))
        && !value.is_empty()
    {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

fn address(base: &str, query: &Query, number: usize) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let others = query.iter().filter(|(name, _)| *name != "page");
    let mut pairs: Vec<String> =
        others.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.push(format!("page={number}"));
    format!("{base}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_page_links_in_all_four_directions() {
        let query = Query::from([
            ("per_page".to_owned(), "1".to_owned()),
            ("page".to_owned(), "2".to_owned()),
        ]);
        let response = page("http://x/pulls", &query, vec![Value::Null, Value::Null, Value::Null]);
        let link = response.headers()[header::LINK].to_str().unwrap().to_owned();
        for rel in ["prev", "next", "last", "first"] {
            assert!(link.contains(&format!("rel=\"{rel}\"")), "{link}");
        }
        assert!(link.contains("<http://x/pulls?per%5Fpage=1&page=3>; rel=\"next\""), "{link}");
    }

    #[test]
    fn a_single_page_has_no_links() {
        assert!(
            page("http://x", &Query::new(), vec![Value::Null])
                .headers()
                .get(header::LINK)
                .is_none()
        );
    }
}

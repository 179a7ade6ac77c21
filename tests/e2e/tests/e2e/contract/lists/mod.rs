//! Lists over REST: §5. A walk shows every row once, in order, however many rows are alike.

mod filters;
mod walks;

use serde_json::Value;

use super::{ask::Ask, world::World};

/// A whole walk through a list.
struct Walk {
    /// The rows, page by page.
    pages: Vec<Vec<Value>>,
    /// What `X-Total-Count` said first.
    total: usize,
}

impl Walk {
    /// Walks to the end, `limit` rows at a time; `query` has filters and the order, and may be empty.
    async fn through(world: &World, path: &str, id: &str, query: &str, limit: usize) -> Self {
        let mut walk = Self { pages: Vec::new(), total: 0 };
        let mut cursor = String::new();
        loop {
            let query = [query, &cursor].into_iter().filter(|part| !part.is_empty());
            let query: Vec<_> =
                query.map(str::to_owned).chain([format!("limit={limit}")]).collect();
            let answer = world.ask("GET", path, &Ask::of(id).asking(&query.join("&"))).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            if walk.pages.is_empty() {
                walk.total = answer.headers["x-total-count"].to_str().unwrap().parse().unwrap();
            }
            let rows = answer.body["data"].as_array().unwrap().clone();
            let next = answer.body["next_cursor"].as_str().map(str::to_owned);
            assert_eq!(answer.body["has_more"], next.is_some(), "{path}: {}", answer.text);
            assert!(
                next.is_none() || rows.len() == limit,
                "{path}: a page is full unless it is the last"
            );
            walk.pages.push(rows);
            let Some(next) = next else { return walk };
            let form = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
            assert!(next.bytes().all(form), "URL-safe base64 without padding: {next}");
            cursor = format!("cursor={next}");
        }
    }

    /// The ids of the rows, in their order.
    fn ids(&self) -> Vec<String> {
        let rows = self.pages.iter().flatten();
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

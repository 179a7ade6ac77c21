//! Lists: their filters, and page after page until there is enough.

use std::fmt::Display;

use clap::ValueEnum;

use crate::error::Result;

/// The largest page that the services give.
const LARGEST_PAGE: usize = 200;

/// A page as a service gave it.
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next one begins; empty at the end.
    pub next: String,
    /// How many rows there are in all.
    pub total: i64,
}

impl<T> Page<T> {
    /// Whether there are more rows than these.
    pub fn has_more(&self) -> bool {
        !self.next.is_empty()
    }
}

/// Asks for page after page until there are `wanted` rows, or no more.
pub async fn collect<T>(
    wanted: usize,
    mut ask: impl AsyncFnMut(i32, String) -> Result<Page<T>>,
) -> Result<Page<T>> {
    let mut all = Page { rows: Vec::new(), next: String::new(), total: 0 };
    loop {
        let size = (wanted - all.rows.len()).min(LARGEST_PAGE);
        let size = i32::try_from(size).unwrap_or(i32::MAX);
        let page = ask(size, std::mem::take(&mut all.next)).await?;
        all.rows.extend(page.rows);
        (all.next, all.total) = (page.next, page.total);
        if all.next.is_empty() || all.rows.len() >= wanted {
            return Ok(all);
        }
    }
}

/// A table, and how much of the list it leaves out.
pub fn with_rest(table: String, shown: usize, total: i64) -> String {
    let rest = usize::try_from(total).unwrap_or_default().saturating_sub(shown);
    match rest {
        0 => table,
        rest => format!("{table}\n… and {rest} more; --all shows them"),
    }
}

/// A filter as AIP-160 writes it.
#[derive(Default)]
pub struct Filter(Vec<String>);

impl Filter {
    /// Adds a comparison unless there is nothing to compare with.
    pub fn equals(mut self, field: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            let quoted = value.to_string().replace('\\', "\\\\").replace('"', "\\\"");
            self.0.push(format!("{field} = \"{quoted}\""));
        }
        self
    }

    /// The filter's text.
    pub fn text(&self) -> String {
        self.0.join(" AND ")
    }
}

/// A choice by the name that it has on the command line.
pub fn name(choice: impl ValueEnum) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_asked_for_until_there_are_enough_rows() {
        let mut asked = Vec::new();
        let found = collect(450, async |size, token| {
            asked.push((size, token.clone()));
            let from: i32 = token.parse().unwrap_or_default();
            Ok(Page {
                rows: (from..from + size).collect(),
                next: (from + size).to_string(),
                total: 1000,
            })
        })
        .await
        .expect("pages");
        assert_eq!(found.rows, (0..450).collect::<Vec<_>>());
        assert_eq!(asked, [(200, String::new()), (200, "200".into()), (50, "400".into())]);
        assert!(found.has_more());
    }

    #[test]
    fn a_quote_in_a_value_does_not_end_it() {
        let filter =
            Filter::default().equals("name", Some("a\" OR \\")).equals("x", None::<String>);
        assert_eq!(filter.text(), r#"name = "a\" OR \\""#);
    }
}

//! The text of a list's statement.

use super::{Listing, Order, Place, Shown};

impl Listing {
    /// The statement; its text depends on which comparisons and which order there are, and on nothing that is compared.
    pub(super) fn sql(&self, most: i64, shown: Shown) -> String {
        let Self { table, id, .. } = self;
        let key = match self.order {
            Order::Id { .. } => id,
            Order::Column { name, .. } => name,
        };
        let inner = self.order_by(key, id);
        let outer = self.order_by("page_key", "page_id");
        let conditions: String =
            self.conditions.iter().map(|condition| format!(" AND ({condition})")).collect();
        let within = self.within.map(|range| format!(" AND ({range})")).unwrap_or_default();
        let exceptions: String =
            self.exceptions.iter().map(|condition| format!(" AND NOT ({condition})")).collect();
        let segments: Vec<_> = self
            .segments(key)
            .into_iter()
            .map(|segment| {
                format!("(SELECT {id} AS page_id, {key} AS page_key FROM {table} WHERE {segment}{within}{conditions}{exceptions} {inner} LIMIT {most})")
            })
            .collect();
        let Shown { columns, joins } = shown;
        format!(
            "WITH total AS (SELECT {total} AS n),
            page AS (SELECT * FROM ({segments}) AS segments {outer} LIMIT {most})
            SELECT total.n AS listed_total, page.page_id IS NOT NULL AS is_listed, {columns}
            FROM total
            LEFT JOIN page ON true
            LEFT JOIN {table} ON {table}.{id} = page.page_id
            {joins}
            {outer}",
            total = self.total_sql(&conditions),
            segments = segments.join(" UNION ALL "),
        )
    }

    fn order_by(&self, key: &str, id: &str) -> String {
        match self.order {
            Order::Id { descends } => format!("ORDER BY {id} {}", direction(descends)),
            Order::Column { is_nullable, descends, .. } => {
                let nulls = match (is_nullable, descends) {
                    (false, _) => "",
                    (true, false) => " NULLS FIRST",
                    (true, true) => " NULLS LAST",
                };
                format!("ORDER BY {key} {}{nulls}, {id} DESC", direction(descends))
            }
        }
    }

    /// The conditions of the ranges that the page is put together from.
    fn segments(&self, key: &str) -> Vec<String> {
        let Some(Place { value, id: place }) = self.after else { return vec!["true".to_owned()] };
        let id = self.id;
        match (self.order, value) {
            (Order::Id { descends }, _) => vec![format!("{id} {} ${place}", beyond(descends))],
            (Order::Column { descends: true, .. }, None) => {
                vec![format!("{key} IS NULL AND {id} < ${place}")]
            }
            (Order::Column { descends: false, .. }, None) => {
                vec![format!("{key} IS NULL AND {id} < ${place}"), format!("{key} IS NOT NULL")]
            }
            (Order::Column { is_nullable, descends, .. }, Some(value)) => {
                let mut segments = vec![
                    format!("{key} = ${value} AND {id} < ${place}"),
                    format!("{key} {} ${value}", beyond(descends)),
                ];
                if is_nullable && descends {
                    segments.push(format!("{key} IS NULL"));
                }
                segments
            }
        }
    }
}

const fn direction(descends: bool) -> &'static str {
    if descends { "DESC" } else { "ASC" }
}

const fn beyond(descends: bool) -> &'static str {
    if descends { "<" } else { ">" }
}

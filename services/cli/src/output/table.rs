//! Tables for people: no lines, columns two spaces apart, as wide as they need to be.

use unicode_width::UnicodeWidthStr as _;

use super::dim;

/// A table with a head.
pub struct Table(Vec<Vec<String>>);

impl Table {
    /// A table without rows.
    pub fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|name| dim(name)).collect()])
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // A line end in a cell would look like another row.
        self.0.push(cells.into_iter().map(|cell| cell.replace('\n', " ")).collect());
    }

    /// The table as text, without spaces at the ends of lines.
    pub fn text(&self) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or_default();
        let widest = |column: usize| {
            self.0.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max()
        };
        let widths: Vec<_> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
        let line = |row: &Vec<String>| {
            let padded = |(cell, widest): (&String, &usize)| {
                format!("{cell}{:1$}", "", widest.saturating_sub(width(cell)))
            };
            let cells: Vec<_> = row.iter().zip(&widths).map(padded).collect();
            cells.join("  ").trim_end().to_owned()
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// How many columns of a terminal a cell takes; its colours take none.
fn width(cell: &str) -> usize {
    anstream::adapter::strip_str(cell).to_string().width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_whatever_is_coloured() {
        let mut table = Table::new(&["ID", "NAME", "AGE"]);
        table.row(["1".into(), dim("-"), "5s".into()]);
        table.row(["2".into(), "größe 商".into(), "7d\n8d".into()]);
        let plain = anstream::adapter::strip_str(&table.text()).to_string();
        assert_eq!(plain, "ID  NAME      AGE\n1   -         5s\n2   größe 商  7d 8d");
    }
}

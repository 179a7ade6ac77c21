//! Tables for people: no lines, columns two spaces apart, as wide as they need to be.

use comfy_table::{Cell, ContentArrangement, Table as Grid, presets};

use super::dim;

/// A table with a head.
pub struct Table(Grid);

impl Table {
    /// A table without rows.
    pub fn new(head: &[&str]) -> Self {
        let mut grid = Grid::new();
        grid.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        grid.set_header(head.iter().map(|name| Cell::new(dim(name))));
        Self(grid)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.add_row(cells);
    }

    /// The table as text, without spaces at the ends of lines.
    pub fn text(mut self) -> String {
        for column in self.0.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines: Vec<_> = self.0.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }
}

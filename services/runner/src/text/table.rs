//! Tables in Markdown that stop when their room is used up and say so.

/// A table that grows row by row.
pub(super) struct Table {
    text: String,
    /// Characters that are left.
    room: usize,
    left_out: usize,
}

impl Table {
    /// A table without rows; its rows together may have `room` characters.
    pub(super) fn new<S: AsRef<str>>(headings: &[S], room: usize) -> Self {
        let headings: Vec<&str> = headings.iter().map(AsRef::as_ref).collect();
        let text = format!("| {} |\n|{}", headings.join(" | "), " --- |".repeat(headings.len()));
        Self { text, room, left_out: 0 }
    }

    /// Adds a row if there is room for it and for all before it.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        let row = format!("\n| {} |", cells.join(" | "));
        let length = row.chars().count();
        if self.left_out > 0 || length > self.room {
            self.left_out += 1;
            return;
        }
        self.room -= length;
        self.text.push_str(&row);
    }

    /// The table, with the number of rows that had no room below it.
    pub(super) fn finish(mut self, what: &str) -> String {
        if self.left_out > 0 {
            self.text.push_str(&format!("\n\n… and {} more {what}", self.left_out));
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_room_are_counted_and_none_is_skipped() {
        let mut table = Table::new(&["A", "B"], 20);
        table.row(&["1", "2"]);
        table.row(&["a very long cell", "2"]);
        table.row(&["3", "4"]);
        assert_eq!(
            table.finish("rows"),
            "| A | B |\n| --- | --- |\n| 1 | 2 |\n\n… and 2 more rows"
        );
    }
}

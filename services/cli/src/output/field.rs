//! One thing by its fields: a name and a value a line.

use super::dim;

/// The fields of one thing, in the order in which they were added.
#[derive(Default)]
pub struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Adds a field.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a field unless its value is empty.
    pub fn with_some(self, name: &'static str, value: impl Into<String>) -> Self {
        match value.into() {
            value if value.is_empty() => self,
            value => self.with(name, value),
        }
    }

    /// The fields as text.
    pub fn text(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let lines: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| {
                let indented = value.replace('\n', &format!("\n{:width$}  ", ""));
                format!("{}  {indented}", dim(&format!("{name:<width$}")))
            })
            .collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_several_lines_stays_in_its_column() {
        let text =
            Fields::default().with("id", "1").with("a note", "x\ny").with_some("none", "").text();
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, "id      1\na note  x\n        y");
    }
}

//! Pages of lists: how many, and what comes out.

use super::Violation;

/// How many rows a page shows: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(i32);

impl PageSize {
    /// Reads `page_size` and `page_token` of a request; 0 stands for 50, and a token is not supported yet.
    ///
    /// # Errors
    /// The size is out of range, or a token is given.
    pub fn parse(page_size: i32, page_token: &str) -> Result<Self, Vec<Violation>> {
        let mut check = super::Check::default();
        check.that((0..=200).contains(&page_size), "page_size", "must be 1 to 200, or 0 for 50");
        check.that(
            page_token.is_empty(),
            "page_token",
            "is not supported yet; leave it empty and raise `page_size`",
        );
        check.done()?;
        Ok(Self(if page_size == 0 { 50 } else { page_size }))
    }

    /// The number, for SQL's `LIMIT`.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.0)
    }
}

/// The newest rows of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, the newest first.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: i64,
}

impl<T> Page<T> {
    /// Whether there are more than this page shows.
    #[must_use]
    pub fn has_more(&self) -> bool {
        i64::try_from(self.rows.len()).is_ok_and(|shown| shown < self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_stands_for_fifty() {
        assert_eq!(PageSize::parse(0, "").map(PageSize::limit), Ok(50));
        assert_eq!(PageSize::parse(200, "").map(PageSize::limit), Ok(200));
    }

    #[test]
    fn a_size_out_of_range_or_a_token_is_refused() {
        for (size, token, field) in
            [(-1, "", "page_size"), (201, "", "page_size"), (1, "x", "page_token")]
        {
            let fields: Vec<_> = PageSize::parse(size, token)
                .expect_err("refused")
                .iter()
                .map(|v| v.field)
                .collect();
            assert_eq!(fields, [field]);
        }
    }
}

//! Pages of lists.

use crate::error::{Error, Result};

/// Reads a page's size: 0 stands for `default`, and 1 to `most` are taken.
///
/// # Errors
/// It is neither.
pub(super) fn size(given: i32, default: i32, most: i32) -> Result<i64> {
    match given {
        0 => Ok(default.into()),
        size if (1..=most).contains(&size) => Ok(size.into()),
        _ => Err(Error::invalid("page_size", format!("must be 1 to {most}, or 0 for {default}"))),
    }
}

//! `/api/v1/repositories`.

mod list;

pub(super) use list::Repositories;

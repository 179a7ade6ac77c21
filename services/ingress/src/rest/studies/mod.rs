//! `/api/v1/studies`.

mod create;
mod get;
mod get_digest;
mod given;
mod list;
mod put_digest;
mod schemas;

pub(super) use create::create;
pub(super) use get::get;
pub(super) use get_digest::get_digest;
pub(super) use given::FollowUp;
pub(super) use list::Studies;
pub(super) use put_digest::put_digest;

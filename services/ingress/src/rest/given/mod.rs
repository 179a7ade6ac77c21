//! What callers give: bodies, ids in paths, pages; parsed at the door, refused with the field and the remedy.

mod id;
mod json;
mod object;
mod page;
mod pairs;
mod raw;
mod time;

pub(crate) use id::{ClusterId, ConfigRepoId, Id, ProposalId, QueryTemplateId, StudyId};
pub(crate) use json::{Given, OrNothing};
pub(crate) use object::Object;
pub(crate) use page::{Cursor, Page};
pub(crate) use pairs::Pairs;
pub(crate) use raw::{or_empty, or_null};
pub(crate) use time::Time;

//! What callers give: bodies, headers, ids in paths, lists; parsed at the door, refused with the field and the remedy.

mod filled;
pub(crate) mod filter;
mod header;
mod id;
mod json;
pub(crate) mod list;
mod object;
mod pairs;
mod patch;
mod raw;
pub(crate) mod time;
mod whole;

pub(crate) use filled::Filled;
pub(crate) use header::{IfMatch, Key, UnusedKey};
pub(crate) use id::{
    ClusterId, ConfigRepoId, DeliveryId, DigestId, Id, JudgmentListId, ProposalId, QuerySetId,
    QueryTemplateId, RepositoryId, StudyId,
};
pub(crate) use json::{Given, OrNothing, Patched};
pub(crate) use list::{Asked, Collection, Listing};
pub(crate) use object::Object;
pub(crate) use pairs::Pairs;
pub(crate) use patch::{Mask, Member, Patch};
pub(crate) use raw::{or_empty, or_null};
pub(crate) use time::Time;
pub(crate) use whole::Whole;

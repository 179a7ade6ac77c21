//! What can be done to the world and its repositories together, one file per deed. REST, the control API and the
//! library all come through here. It knows no HTTP.

mod branches;
mod comments;
mod commits;
mod create_repository;
mod events;
mod hooks;
mod merge;
mod open_pull;
mod pulls;
mod refresh;

pub(crate) use branches::{branch_tip, branches, delete_branch, log, protect_branch, read_file};
pub(crate) use comments::{comments, write_comment};
pub(crate) use commits::push_commit;
pub(crate) use create_repository::create_repository;
pub(crate) use events::measure;
pub(crate) use hooks::{
    create_hook, delete_hook, deliveries, hooks, ping_hook, redeliver, set_hook_active,
};
pub(crate) use merge::{MergeRefusal, is_mergeable, merge};
pub(crate) use open_pull::{OpenRefusal, open_pull};
pub(crate) use pulls::{PullEdit, UpdateRefusal, edit, pull, pull_diff, pulls};
pub(crate) use refresh::refresh;

use crate::world::Signature;

/// Login of who acts when nobody is named.
pub(crate) const DEFAULT_ACTOR: &str = "maintainer";

/// Makes the signature of an account's commits.
pub(crate) fn signature(login: &str) -> Signature {
    Signature {
        name: login.to_owned(),
        email: format!("{login}@users.noreply.example"),
        date: None,
    }
}

//! What can be done to the world and its repositories together, one file per deed. REST, the control API and the
//! library all come through here. It knows no HTTP.

mod apps;
mod branches;
mod bulk;
mod comments;
mod commits;
mod create_repository;
mod deliveries;
mod events;
mod hooks;
mod merge;
mod open_pull;
mod pulls;
mod refresh;
mod remove;
mod rename;

pub(crate) use apps::{app_hook_config, create_app, install_app};
pub(crate) use branches::{branch_tip, branches, delete_branch, log, protect_branch, read_file};
pub(crate) use bulk::{change_pulls, create_pulls};
pub(crate) use comments::{comments, write_comment};
pub(crate) use commits::push_commit;
pub(crate) use create_repository::create_repository;
pub(crate) use deliveries::{app_deliveries, deliveries, redeliver, redeliver_of};
pub(crate) use events::measure;
pub(crate) use hooks::{
    HookRefusal, create_hook, create_hook_as, delete_hook, edit_hook, hooks, ping_hook,
    replace_hook,
};
pub(crate) use merge::{MergeRefusal, is_mergeable, merge};
pub(crate) use open_pull::{OpenRefusal, open_pull};
pub(crate) use pulls::{PullEdit, UpdateRefusal, edit, pull, pull_diff, pulls};
pub(crate) use refresh::refresh;
pub(crate) use remove::{delete_pull, delete_repository};
pub(crate) use rename::rename_repository;

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

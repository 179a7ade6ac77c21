//! What every HTTP call passes, whichever resource it is about: ids, limits, identity, the error envelope.

pub(crate) mod auth;
pub(crate) mod beside;
pub(crate) mod body;
pub(crate) mod connections;
pub(crate) mod error;
pub(crate) mod fallback;
pub(crate) mod fields;
pub(crate) mod guard;
pub(crate) mod query;
pub(crate) mod reason;
pub(crate) mod role;
pub(crate) mod tokens;

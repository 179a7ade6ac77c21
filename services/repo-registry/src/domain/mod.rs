//! What may be registered: parsed once, valid ever after. No wire types, no SQL, no files, no clock.

pub mod binding;
pub mod cluster;
pub mod config_repo;
pub mod page;
pub mod query_template;
pub mod violation;

pub use binding::{Binding, SecretKind};
pub use cluster::{Cluster, NewCluster};
pub use config_repo::{ConfigRepo, NewConfigRepo};
pub use page::{Page, PageSize};
pub use query_template::{NewQueryTemplate, QueryTemplate};
pub use violation::{Check, Violation};

//! What may be registered: parsed once, valid ever after. No wire types, no SQL, no files, no clock.

pub mod binding;
pub mod cluster;
pub mod config_repo;
pub mod etag;
pub mod github_app;
pub mod mask;
pub mod query_template;
pub mod violation;

pub use binding::{Binding, SecretKind};
pub use cluster::{Cluster, ClusterChange, NewCluster};
pub use config_repo::{ConfigRepo, ConfigRepoChange, NewConfigRepo};
pub use etag::Etag;
pub use github_app::{ConfiguredApp, GitHubApp};
pub use mask::Mask;
pub use query_template::{NewQueryTemplate, QueryTemplate, QueryTemplateChange};
pub use violation::{Check, Violation};

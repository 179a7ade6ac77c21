//! Clusters: what a template is tuned against.

use jiff::Timestamp;
use pullwright_types::names;
use uuid::Uuid;

use super::{Check, Violation};

/// The engines that are known.
pub const ENGINE_TYPES: [&str; 3] = ["elasticsearch", "opensearch", "solr"];
/// The environments that are known.
pub const ENVIRONMENTS: [&str; 3] = ["prod", "staging", "dev"];

/// What a caller wants to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCluster {
    /// Its name.
    pub name: String,
    /// One of [`ENGINE_TYPES`].
    pub engine_type: String,
    /// One of [`ENVIRONMENTS`].
    pub environment: String,
    /// Its folder inside its config repository.
    pub config_path: Option<String>,
}

impl NewCluster {
    /// Holds every field against its form.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(self) -> Result<Self, Vec<Violation>> {
        let mut check = Check::default();
        let named = (1..=128).contains(&self.name.chars().count())
            && !self.name.chars().any(char::is_control);
        check.that(named, "name", "must be 1 to 128 characters without control characters");
        one_of(&mut check, "engine_type", &self.engine_type, &ENGINE_TYPES);
        one_of(&mut check, "environment", &self.environment, &ENVIRONMENTS);
        if let Some(path) = &self.config_path {
            check.form("config_path", names::config_path(path));
        }
        check.done()?;
        Ok(self)
    }
}

/// Notes that `field` must be one of `known` unless it is.
pub(super) fn one_of(check: &mut Check, field: &'static str, value: &str, known: &[&str]) {
    check.that(known.contains(&value), field, format!("must be one of {}", known.join(", ")));
}

/// A registered cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// One of [`ENGINE_TYPES`].
    pub engine_type: String,
    /// One of [`ENVIRONMENTS`].
    pub environment: String,
    /// The config repository that holds its parameters, when it is wired to one.
    pub config_repo_id: Option<Uuid>,
    /// Its folder inside the repository.
    pub config_path: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_malformed_field_is_named_at_once() {
        let broken = NewCluster {
            name: "a\nb".into(),
            engine_type: "Solr".into(),
            environment: String::new(),
            config_path: Some("a/../b".into()),
        };
        let fields: Vec<_> = broken.check().expect_err("refused").iter().map(|v| v.field).collect();
        assert_eq!(fields, ["name", "engine_type", "environment", "config_path"]);
    }

    #[test]
    fn a_name_is_measured_in_characters() {
        let named = |name: String| NewCluster {
            name,
            engine_type: "solr".into(),
            environment: "dev".into(),
            config_path: None,
        };
        assert!(named("é".repeat(128)).check().is_ok());
        assert!(named("é".repeat(129)).check().is_err());
    }
}

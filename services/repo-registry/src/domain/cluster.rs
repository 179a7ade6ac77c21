//! Clusters: what a template is tuned against.

use jiff::Timestamp;
use pullwright_types::names;
use uuid::Uuid;

use super::{Check, Etag, Mask, Violation};

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
        name(&mut check, &self.name);
        one_of(&mut check, "engine_type", &self.engine_type, &ENGINE_TYPES);
        one_of(&mut check, "environment", &self.environment, &ENVIRONMENTS);
        config_path(&mut check, self.config_path.as_deref());
        check.done()?;
        Ok(self)
    }
}

/// What a caller wants to change; what is not named stays. What is inside of an option that may be absent is the new value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterChange {
    /// Its name.
    pub name: Option<String>,
    /// One of [`ENVIRONMENTS`].
    pub environment: Option<String>,
    /// The config repository's id as given; `None` inside unwires it.
    pub config_repo_id: Option<Option<String>>,
    /// Its folder inside its config repository.
    pub config_path: Option<Option<String>>,
}

impl ClusterChange {
    /// The fields that an update may name.
    pub const FIELDS: &[&str] = &["name", "environment", "config_repo_id", "config_path"];

    /// What `given` would change of the fields that `mask` names.
    #[must_use]
    pub fn masked(mask: &Mask, given: Self) -> Self {
        Self {
            name: mask.take("name", given.name).flatten(),
            environment: mask.take("environment", given.environment).flatten(),
            config_repo_id: mask.take("config_repo_id", given.config_repo_id).flatten(),
            config_path: mask.take("config_path", given.config_path).flatten(),
        }
    }

    /// Holds every field that changes against the form it has at creation.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(self) -> Result<Self, Vec<Violation>> {
        let mut check = Check::default();
        if let Some(given) = &self.name {
            name(&mut check, given);
        }
        if let Some(environment) = &self.environment {
            one_of(&mut check, "environment", environment, &ENVIRONMENTS);
        }
        config_path(&mut check, self.config_path.as_ref().and_then(|path| path.as_deref()));
        check.done()?;
        Ok(self)
    }
}

fn name(check: &mut Check, given: &str) {
    let named = (1..=128).contains(&given.chars().count())
        && given.trim() == given
        && !given.chars().any(|c| c.is_control() || is_invisible(c));
    check.that(
        named,
        "name",
        "must be 1 to 128 characters without control or invisible ones, and no blank at either end",
    );
}

/// Whether a character shows nothing of its own or turns the direction of others, so that two names could look the same.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

fn config_path(check: &mut Check, given: Option<&str>) {
    if let Some(path) = given {
        check.form("config_path", names::config_path(path));
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
    /// When it was last updated.
    pub updated_at: Timestamp,
    /// Changes with every update.
    pub etag: Etag,
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

    #[test]
    fn a_name_that_could_look_like_another_is_refused() {
        for name in
            ["a\u{202e}b", "a\u{200b}", "\u{feff}a", " a", "a\u{a0}", "a\n", "\u{3164}", " "]
        {
            let change = ClusterChange { name: Some(name.into()), ..ClusterChange::default() };
            assert_eq!(change.check().expect_err("refused")[0].field, "name", "{name:?}");
        }
        let change = ClusterChange {
            name: Some("produkte größe 商品".into()),
            ..ClusterChange::default()
        };
        assert!(change.check().is_ok());
    }

    #[test]
    fn only_what_the_mask_names_changes() {
        let given = ClusterChange {
            name: Some("a".into()),
            environment: Some("dev".into()),
            config_repo_id: Some(None),
            config_path: Some(Some("x".into())),
        };
        for field in ClusterChange::FIELDS {
            let mask = Mask::parse(&[(*field).to_owned()], ClusterChange::FIELDS).expect("known");
            let change = ClusterChange::masked(&mask, given.clone());
            let named = [
                ("name", change.name.is_some()),
                ("environment", change.environment.is_some()),
                ("config_repo_id", change.config_repo_id.is_some()),
                ("config_path", change.config_path.is_some()),
            ];
            for (name, taken) in named {
                assert_eq!(taken, name == *field, "{name} under {field}");
            }
        }
    }
}

//! Config repositories: a repository with settings and the names of its secrets.

use jiff::Timestamp;
use pullwright_types::{RepositoryName, names};
use uuid::Uuid;

use super::{Check, Violation};

/// The longest address that is taken, in bytes.
const LONGEST_URL: usize = 512;

/// What a caller wants to register; its forms are checked, its host and its secrets are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConfigRepo {
    /// Its name.
    pub name: String,
    /// Its address as given.
    pub repo_url: String,
    /// Its default branch.
    pub default_branch: String,
    /// The branch that pull requests ask to be merged into.
    pub pr_base_branch: String,
    /// The secret that holds its credential, if one is named.
    pub auth_ref: Option<String>,
    /// The secret that holds its webhook secret, if one is named.
    pub webhook_secret_ref: Option<String>,
}

impl NewConfigRepo {
    /// Fills in `main` for branches that are not named and holds every field against its form.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(mut self) -> Result<Self, Vec<Violation>> {
        for branch in [&mut self.default_branch, &mut self.pr_base_branch] {
            if branch.is_empty() {
                "main".clone_into(branch);
            }
        }
        let mut check = Check::default();
        check.form("name", names::config_repo(&self.name));
        check.that(
            (1..=LONGEST_URL).contains(&self.repo_url.len()),
            "repo_url",
            "must be 1 to 512 characters",
        );
        check.form("default_branch", names::branch(&self.default_branch));
        check.form("pr_base_branch", names::branch(&self.pr_base_branch));
        for (field, secret) in
            [("auth_ref", &self.auth_ref), ("webhook_secret_ref", &self.webhook_secret_ref)]
        {
            if let Some(secret) = secret {
                check.form(field, names::secret_ref(secret));
            }
        }
        check.done()?;
        Ok(self)
    }
}

/// A registered config repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigRepo {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `github`.
    pub provider: String,
    /// Its address as registered.
    pub repo_url: String,
    /// The host's web address.
    pub host: String,
    /// Owner and name on the host.
    pub repository: RepositoryName,
    /// Its default branch.
    pub default_branch: String,
    /// The branch that pull requests ask to be merged into.
    pub pr_base_branch: String,
    /// The secret that holds its credential.
    pub auth_ref: String,
    /// The secret that holds its webhook secret, if it has one.
    pub webhook_secret_ref: Option<String>,
    /// Why the webhook could not be registered.
    pub webhook_registration_error: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> NewConfigRepo {
        NewConfigRepo {
            name: "search-config".into(),
            repo_url: "https://github.com/acme/search-config".into(),
            default_branch: String::new(),
            pr_base_branch: "release/1".into(),
            auth_ref: Some("acme_pat".into()),
            webhook_secret_ref: None,
        }
    }

    #[test]
    fn a_branch_that_is_not_named_is_main() {
        let checked = given().check().expect("valid");
        assert_eq!(
            (checked.default_branch.as_str(), checked.pr_base_branch.as_str()),
            ("main", "release/1")
        );
    }

    #[test]
    fn every_malformed_field_is_named_at_once() {
        let broken = NewConfigRepo {
            name: "A".into(),
            repo_url: String::new(),
            default_branch: "-x".into(),
            pr_base_branch: "a..b".into(),
            auth_ref: Some("../pat".into()),
            webhook_secret_ref: Some("a.repositories".into()),
        };
        let fields: Vec<_> = broken.check().expect_err("refused").iter().map(|v| v.field).collect();
        assert_eq!(
            fields,
            [
                "name",
                "repo_url",
                "default_branch",
                "pr_base_branch",
                "auth_ref",
                "webhook_secret_ref"
            ]
        );
    }
}

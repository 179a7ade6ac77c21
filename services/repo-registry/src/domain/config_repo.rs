//! Config repositories: a repository with settings and the names of its secrets.

use jiff::Timestamp;
use pullwright_types::{RepositoryName, names};
use uuid::Uuid;

use super::{Check, Etag, Mask, Violation};

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
        main_unless_named(&mut self.default_branch);
        main_unless_named(&mut self.pr_base_branch);
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

fn main_unless_named(branch: &mut String) {
    if branch.is_empty() {
        "main".clone_into(branch);
    }
}

/// What a caller wants to change; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigRepoChange {
    /// Its name.
    pub name: Option<String>,
    /// Its default branch.
    pub default_branch: Option<String>,
    /// The branch that pull requests ask to be merged into.
    pub pr_base_branch: Option<String>,
    /// The secret that holds its credential; `None` inside names none.
    pub auth_ref: Option<Option<String>>,
    /// The secret that holds its webhook secret; `None` inside names none.
    pub webhook_secret_ref: Option<Option<String>>,
}

impl ConfigRepoChange {
    /// The fields that an update may name.
    pub const FIELDS: &[&str] =
        &["name", "default_branch", "pr_base_branch", "auth_ref", "webhook_secret_ref"];

    /// What `given` would change of the fields that `mask` names.
    #[must_use]
    pub fn masked(mask: &Mask, given: Self) -> Self {
        Self {
            name: mask.take("name", given.name).flatten(),
            default_branch: mask.take("default_branch", given.default_branch).flatten(),
            pr_base_branch: mask.take("pr_base_branch", given.pr_base_branch).flatten(),
            auth_ref: mask.take("auth_ref", given.auth_ref).flatten(),
            webhook_secret_ref: mask.take("webhook_secret_ref", given.webhook_secret_ref).flatten(),
        }
    }

    /// Fills in `main` for branches that become empty and holds every field that changes against the form it has at registration.
    ///
    /// # Errors
    /// All fields that are malformed.
    pub fn check(mut self) -> Result<Self, Vec<Violation>> {
        let mut check = Check::default();
        if let Some(name) = &self.name {
            check.form("name", names::config_repo(name));
        }
        for (field, branch) in [
            ("default_branch", &mut self.default_branch),
            ("pr_base_branch", &mut self.pr_base_branch),
        ] {
            if let Some(branch) = branch {
                main_unless_named(branch);
                check.form(field, names::branch(branch));
            }
        }
        for (field, secret) in
            [("auth_ref", &self.auth_ref), ("webhook_secret_ref", &self.webhook_secret_ref)]
        {
            if let Some(Some(secret)) = secret {
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
    /// What is wrong with the hook and what to do about it, as a runner reported it.
    pub webhook_registration_error: Option<String>,
    /// GitHub's id of the hook, once it is registered.
    pub webhook_id: Option<i64>,
    /// When the hook was last looked at.
    pub webhook_checked_at: Option<Timestamp>,
    /// GitHub's id of the repository, once it was met.
    pub github_id: Option<i64>,
    /// Until when at least the webhook secret before the one in force is taken as well.
    pub previous_webhook_secret_until: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
    /// Changes with every update.
    pub etag: Etag,
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

    #[test]
    fn a_change_is_held_against_the_forms_of_a_registration() {
        let broken = ConfigRepoChange {
            name: Some("A".into()),
            default_branch: Some("refs/heads/x".into()),
            pr_base_branch: Some("HEAD".into()),
            auth_ref: Some(Some("../pat".into())),
            webhook_secret_ref: Some(Some("a.b".into())),
        };
        let fields: Vec<_> = broken.check().expect_err("refused").iter().map(|v| v.field).collect();
        assert_eq!(fields, ConfigRepoChange::FIELDS);
        let emptied =
            ConfigRepoChange { default_branch: Some(String::new()), ..ConfigRepoChange::default() };
        assert_eq!(emptied.check().expect("fine").default_branch.as_deref(), Some("main"));
    }

    #[test]
    fn only_what_the_mask_names_changes() {
        let given = ConfigRepoChange {
            name: Some("a".into()),
            default_branch: Some("b".into()),
            pr_base_branch: Some("c".into()),
            auth_ref: Some(Some("d".into())),
            webhook_secret_ref: Some(None),
        };
        for field in ConfigRepoChange::FIELDS {
            let mask =
                Mask::parse(&[(*field).to_owned()], ConfigRepoChange::FIELDS).expect("known");
            let change = ConfigRepoChange::masked(&mask, given.clone());
            let named = [
                ("name", change.name.is_some()),
                ("default_branch", change.default_branch.is_some()),
                ("pr_base_branch", change.pr_base_branch.is_some()),
                ("auth_ref", change.auth_ref.is_some()),
                ("webhook_secret_ref", change.webhook_secret_ref.is_some()),
            ];
            for (name, taken) in named {
                assert_eq!(taken, name == *field, "{name} under {field}");
            }
        }
    }
}

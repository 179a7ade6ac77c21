//! What a config repository needs before a pull request can be opened on it, looked at line by line in the order of need.
//!
//! Reads only, and works aside: a check is never in a job's way. What somebody has to mend is a line; that GitHub is away is an error.

mod branch;
mod credential;
mod expiry;
mod folders;
mod permissions;
mod report;

use pullwright_github::{GithubError, Retry};
use pullwright_proto::registry::{Cluster, ConfigRepo, QueryTemplate};
use uuid::Uuid;

pub use report::Report;

use crate::{App, error::JobError, git::GitError, rpc::Error};

/// What is checked, as the registry has it.
pub struct Asked {
    /// The config repository's id.
    pub id: Uuid,
    /// The config repository.
    pub config_repo: ConfigRepo,
    /// The clusters that are wired to it.
    pub clusters: Vec<Cluster>,
    /// The newest version of each template.
    pub templates: Vec<QueryTemplate>,
}

/// Looks at everything; what cannot be looked at because of a line before is said to be skipped.
///
/// # Errors
/// The registry, GitHub or the network is away, so that nothing can be said.
pub async fn run(app: &App, asked: &Asked) -> Result<Report, Error> {
    let mut report = Report::default();
    let base = asked.config_repo.pr_base_branch.as_str();
    let Some(opened) = credential::check(app, asked, &mut report).await? else {
        report.skip("permissions", "contents", "the credential does not work");
        report.skip("permissions", "pull requests", "the credential does not work");
        report.skip("expiry", &asked.config_repo.auth_ref, "the credential does not work");
        report.skip("base_branch", base, "the credential does not work");
        report.skip("protection", base, "the credential does not work");
        folders::skip(asked, &mut report, "the credential does not work");
        return Ok(report);
    };
    permissions::check(app, &opened, &mut report).await?;
    expiry::check(app.clock.now(), asked, &opened, &mut report);
    if branch::check(app, asked, &opened, &mut report).await? {
        folders::check(app, asked, &opened, &mut report).await?;
    } else {
        folders::skip(asked, &mut report, "there is no base branch to look at");
    }
    Ok(report)
}

/// Sorts a failed call to GitHub: what a person has to mend comes back as text, what may pass by itself is an error.
fn lasting(app: &App, error: GithubError) -> Result<String, Error> {
    match error.retry() {
        Retry::Never => Ok(JobError::from(error).text()),
        Retry::After(_) | Retry::Backoff => Err(Error::would_end(&error.into(), &app.redactor)),
    }
}

/// The same for git.
fn lasting_git(app: &App, error: GitError) -> Result<String, Error> {
    match error.retry() {
        Retry::Never => Ok(JobError::from(error).text()),
        Retry::After(_) | Retry::Backoff => Err(Error::would_end(&error.into(), &app.redactor)),
    }
}

//! Keeps what GitHub's API says of a repository: its id, and its name now.

use pullwright_proto::registry::{ReportRepositoryRequest, ReportRepositoryResponse};
use pullwright_types::{RepositoryName, RepositoryUrl};

use crate::{
    App, Error, convert,
    domain::Violation,
    error::Result,
    store::config_repos::{self, Taken},
};

/// Learns GitHub's id of a repository, and follows it to another name; the old name is free from then on.
///
/// GitHub's id is what a repository is known by: a name that belongs to another repository by now is not followed.
///
/// # Errors
/// A field is malformed, there is no such config repository, its name belongs to another repository, or another config repository has
/// the new name or is the same repository.
pub(super) async fn report_repository(
    app: &App,
    request: ReportRepositoryRequest,
) -> Result<ReportRepositoryResponse> {
    let missing = || Error::no_config_repo(&request.repository_id);
    let id = convert::id(&request.repository_id).ok_or_else(missing)?;
    let (github_id, repository) = check(&request)?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = config_repos::lock(&tx, id).await?.ok_or_else(missing)?;
    if let Some(known) = found.github_id.filter(|known| *known != github_id) {
        let repository = repository.to_string();
        return Err(Error::AnotherRepository { repository, known, found: github_id });
    }
    let renamed = found.repository != repository;
    let url = RepositoryUrl { host: found.host, repository };
    let written = if renamed {
        config_repos::take_name(&tx, id, github_id, &url).await?
    } else if found.github_id.is_none() {
        config_repos::learn_github_id(&tx, id, github_id).await?
    } else {
        Ok(())
    };
    written.map_err(|taken| match taken {
        Taken::Address => Error::ConfigRepoUrlTaken { url: url.to_string() },
        Taken::GithubId => Error::RegisteredTwice { repository: url.repository.to_string() },
    })?;
    tx.commit().await?;
    if renamed {
        tracing::info!(repository.id = %id, "{} is {} now", found.repository, url.repository);
    }
    Ok(ReportRepositoryResponse { renamed })
}

fn check(request: &ReportRepositoryRequest) -> Result<(i64, RepositoryName)> {
    let mut violations = Vec::new();
    if request.github_id < 1 {
        let rule = "must be GitHub's id of the repository".to_owned();
        violations.push(Violation { field: "github_id", rule });
    }
    match RepositoryName::parse(&request.full_name) {
        Ok(repository) if violations.is_empty() => return Ok((request.github_id, repository)),
        Ok(_) => {}
        Err(malformed) => {
            violations.push(Violation { field: "full_name", rule: malformed.rule.to_owned() });
        }
    }
    Err(violations.into())
}

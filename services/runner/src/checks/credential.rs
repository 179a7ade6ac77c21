//! Does the token work? It can be had from the registry, and GitHub shows it the repository.

use jiff::Timestamp;
use pullwright_github::{CredentialFacts, GithubError, RepositoryFacts};
use pullwright_types::RepositoryUrl;

use super::{Asked, Report, lasting};
use crate::{App, jobs::Place, rpc::Error};

const CHECK: &str = "credential";

/// A repository that GitHub shows.
pub(super) struct Opened {
    pub(super) place: Place,
    pub(super) facts: RepositoryFacts,
    pub(super) credential: CredentialFacts,
    /// When the credential stops working, as the keyring says.
    pub(super) expires_at: Option<Timestamp>,
}

/// Opens the repository; `None` when that does not work, which stands in the report then.
pub(super) async fn check(
    app: &App,
    asked: &Asked,
    report: &mut Report,
) -> Result<Option<Opened>, Error> {
    let (repo, hosts) = (&asked.config_repo, &app.settings.hosts);
    let subject = repo.auth_ref.as_str();
    let url = RepositoryUrl::parse(&repo.repo_url, hosts).ok();
    let found = url.and_then(|url| Some((hosts.by_web(&url.host)?.clone(), url.repository)));
    let Some((host, name)) = found else {
        let message = format!("{} is on no host that this runner knows", repo.repo_url);
        let remedy = "add the host to the file that GITHUB_HOSTS_FILE names, for the runner as for the registry, and restart both";
        report.fail(CHECK, subject, message, remedy);
        return Ok(None);
    };
    let minted = match app.keyring.mint(&asked.id.to_string()).await {
        Ok(minted) => minted,
        Err(refusal) if refusal.is_unavailable() => return Err(Error::Refused(refusal)),
        Err(refusal) => {
            let remedy = if subject.is_empty() {
                "register a secret for the repository: update its auth_ref".to_owned()
            } else {
                format!(
                    "put the token into the registry's folder of secrets as a file named {subject} with mode 0600"
                )
            };
            report.fail(CHECK, subject, refusal.message, remedy);
            return Ok(None);
        }
    };
    let place = Place::new(asked.id, host, name, minted.token).aside();
    match place.api(app).get_with_credential().await {
        Ok((facts, credential)) => {
            report.pass(CHECK, subject, format!("it works: GitHub shows {}", facts.full_name));
            Ok(Some(Opened { place, facts, credential, expires_at: minted.expires_at }))
        }
        Err(error) => {
            let remedy = remedy(&error, subject, &repo.repo_url);
            report.fail(CHECK, subject, lasting(app, error)?, remedy);
            Ok(None)
        }
    }
}

fn remedy(error: &GithubError, secret: &str, url: &str) -> String {
    match error {
        GithubError::AuthFailed { .. } => format!(
            "the token is wrong, revoked or at its end: make a new one on GitHub and replace the file {secret} in the registry's folder of secrets"
        ),
        GithubError::Forbidden { .. } => format!(
            "let the token in: authorise it for the organisation's single sign-on or have an owner approve it, or replace the file {secret}"
        ),
        GithubError::NotFound { .. } => format!(
            "see whether {url} is right; if it is, give the token access to this repository on GitHub"
        ),
        GithubError::Moved { .. } => {
            "register the repository under its new address and wire its clusters to that".to_owned()
        }
        _ => "GitHub's words say what it does not like; githubstatus.com says whether it is well"
            .to_owned(),
    }
}

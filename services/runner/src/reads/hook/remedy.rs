//! What to do about a hook that could not be looked at or written: a sentence for whoever owns the repository.

use pullwright_github::GithubError;

use crate::{error::JobError, reads::site::Site};

/// What lets a credential manage hooks.
const PERMISSION: &str = "give a classic token the scope admin:repo_hook, a fine-grained token or a GitHub App the repository permission \"Webhooks: read and write\"";

/// The error, with what to do about it.
pub(super) fn of(site: &Site, url: &str, error: GithubError) -> JobError {
    let remedy = sentence(&site.name.to_string(), url, &error);
    JobError::Hook { remedy, source: Box::new(error) }
}

fn sentence(repository: &str, url: &str, error: &GithubError) -> String {
    match error {
        GithubError::NotFound { .. } | GithubError::Gone { .. } => format!(
            "GitHub shows no hooks of {repository}: either the credential may not manage them ({PERMISSION}), or there is no repository of this name (correct the config repository's address)"
        ),
        GithubError::Forbidden { needs, .. } => {
            let needs =
                if needs.is_empty() { String::new() } else { format!("; GitHub asks for {needs}") };
            format!("the credential may not manage the hooks of {repository}: {PERMISSION}{needs}")
        }
        GithubError::AuthFailed { .. } => format!(
            "GitHub refused the credential of {repository}: it is wrong, revoked or at its end; put a new one into the registry's folder of secrets"
        ),
        GithubError::Validation { .. } => format!(
            "GitHub refused the hook of {repository}: see whether GitHub can reach {url} (RUNNER_WEBHOOK_URL) and whether the repository has too many hooks"
        ),
        GithubError::RateLimited { .. } => format!(
            "GitHub takes no more requests with the credential of {repository} for a while; it is tried again by itself"
        ),
        GithubError::Server { status, .. } => format!(
            "GitHub is not well and answered {}; it is tried again by itself",
            status.as_u16()
        ),
        GithubError::Unreachable { .. } | GithubError::Timeout { .. } => {
            "GitHub unreachable \u{2014} network error; it is tried again by itself, see whether the runner's way out is open"
                .to_owned()
        }
        GithubError::Moved { .. } => format!(
            "{repository} is at another address now that is not followed: correct the config repository's address"
        ),
        GithubError::Unexpected { .. } | GithubError::Malformed { .. } => format!(
            "GitHub's answer about the hooks of {repository} cannot be used; see whether the host's api in GITHUB_HOSTS_FILE is right"
        ),
    }
}

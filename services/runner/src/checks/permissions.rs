//! What may the token do? Contents are to be pushed, and pull requests opened; neither is tried here.
//!
//! GitHub lists the scopes of classic tokens only. Whether contents may be written it tells when a push begins, before anything is
//! sent; whether pull requests may be written it tells nobody who does not write one.

use pullwright_github::GithubError;

use super::{Report, credential::Opened, lasting, lasting_git};
use crate::{App, git::GitError, rpc::Error};

const CHECK: &str = "permissions";
const CONTENTS: &str = "contents";
const PULLS: &str = "pull requests";
const CONTENTS_REMEDY: &str = "give the token *Contents: read and write* for this repository (a classic token: the scope `repo`), and its account the role Write";
const PULLS_REMEDY: &str = "give the token *Pull requests: read and write* for this repository (a classic token: the scope `repo`)";

/// Looks at both permissions, each for itself.
pub(super) async fn check(app: &App, opened: &Opened, report: &mut Report) -> Result<(), Error> {
    contents(app, opened, report).await?;
    pulls(app, opened, report).await
}

async fn contents(app: &App, opened: &Opened, report: &mut Report) -> Result<(), Error> {
    let (facts, remote) = (&opened.facts, &opened.place.remote);
    if facts.archived {
        let message = format!("{} is archived, nobody can push to it", facts.full_name);
        report.fail(
            CHECK,
            CONTENTS,
            message,
            "unarchive it on GitHub, under Settings, Danger Zone",
        );
        return Ok(());
    }
    match app.git.may_push(remote).await {
        Ok(()) => report.pass(CHECK, CONTENTS, with_scopes("may be written", opened)),
        Err(error @ (GitError::AuthFailed { .. } | GitError::RepositoryNotFound { .. })) => {
            let text = lasting_git(app, error)?;
            report.fail(
                CHECK,
                CONTENTS,
                with_scopes(&format!("may not be written: {text}"), opened),
                CONTENTS_REMEDY,
            );
        }
        Err(error) => {
            let text = lasting_git(app, error)?;
            let remedy = "see whether git reaches the repository from the runner's machine: `git ls-remote` with the same token";
            report.fail(CHECK, CONTENTS, text, remedy);
        }
    }
    Ok(())
}

async fn pulls(app: &App, opened: &Opened, report: &mut Report) -> Result<(), Error> {
    let scopes = opened.credential.scopes.as_deref();
    if let Some(scopes) = scopes
        && !covers(scopes, opened.facts.private)
    {
        let message = with_scopes("may not be written", opened);
        report.fail(CHECK, PULLS, message, PULLS_REMEDY);
        return Ok(());
    }
    match opened.place.api(app).pulls().probe().await {
        Ok(()) if scopes.is_some() => report.pass(CHECK, PULLS, with_scopes("may be written", opened)),
        Ok(()) => report.pass(
            CHECK,
            PULLS,
            "may be read; whether they may be written GitHub tells of this kind of token only when one is opened: see that it has *Pull requests: read and write*",
        ),
        Err(error) => {
            let needs = match &error {
                GithubError::Forbidden { needs, .. } if !needs.is_empty() => format!(" (it needs {needs})"),
                _ => String::new(),
            };
            report.fail(CHECK, PULLS, lasting(app, error)? + &needs, PULLS_REMEDY);
        }
    }
    Ok(())
}

/// Whether a classic token's scopes reach a repository's contents and pull requests.
fn covers(scopes: &[String], is_private: bool) -> bool {
    scopes.iter().any(|scope| scope == "repo" || (scope == "public_repo" && !is_private))
}

fn with_scopes(message: &str, opened: &Opened) -> String {
    match opened.credential.scopes.as_deref() {
        None => message.to_owned(),
        Some([]) => format!("{message} (a classic token without scopes)"),
        Some(scopes) => {
            format!("{message} (a classic token with the scopes {})", scopes.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_for_public_repositories_does_not_reach_a_private_one() {
        let scopes =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(covers(&scopes(&["gist", "repo"]), true));
        assert!(covers(&scopes(&["public_repo"]), false));
        assert!(!covers(&scopes(&["public_repo"]), true));
        assert!(!covers(&scopes(&["repo:status"]), false) && !covers(&[], false));
    }
}

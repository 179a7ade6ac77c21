//! All that the registry has, for whoever looks after it.

use pullwright_proto::registry::{
    self as v1, app_service_client::AppServiceClient,
    config_repo_service_client::ConfigRepoServiceClient,
};

use super::{LARGEST_PAGE, Registry, id, unexpected, within_limit};
use crate::{
    error::{Error, Result},
    store::{apps::App, repositories::Listed},
};

impl Registry {
    /// All repositories that are not deleted, asked for page by page.
    ///
    /// # Errors
    /// The registry is away, or answers with something that is no repository.
    pub async fn repositories(&self) -> Result<Vec<Listed>> {
        let mut client = ConfigRepoServiceClient::new(self.connection.clone());
        let (mut listed, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = v1::ListConfigReposRequest {
                page_size: LARGEST_PAGE,
                page_token,
                ..v1::ListConfigReposRequest::default()
            };
            let page = within_limit(client.list_config_repos(request)).await.map_err(unexpected)?;
            for repository in page.config_repos {
                listed.push(read(repository)?);
            }
            if page.next_page_token.is_empty() {
                return Ok(listed);
            }
            page_token = page.next_page_token;
        }
    }

    /// All GitHub Apps.
    ///
    /// # Errors
    /// The registry is away, or answers with something that is no App.
    pub async fn apps(&self) -> Result<Vec<App>> {
        let mut client = AppServiceClient::new(self.connection.clone());
        let answer = within_limit(client.list_apps(v1::ListAppsRequest {})).await;
        let apps = answer.map_err(unexpected)?.apps.into_iter().map(|app| {
            Ok(App {
                id: id("app.id", &app.id)?,
                host: app.host,
                github_id: app.github_id,
                slug: app.slug,
                has_webhook: app.has_webhook,
            })
        });
        apps.collect()
    }
}

fn read(repository: v1::ConfigRepo) -> Result<Listed> {
    const FIELD: &str = "config_repo.repo_url";
    let (rest, name) = cut(&repository.repo_url).ok_or(Error::RegistryAnswer(FIELD))?;
    let (host, owner) = cut(rest).ok_or(Error::RegistryAnswer(FIELD))?;
    Ok(Listed {
        id: id("config_repo.id", &repository.id)?,
        host: host.to_owned(),
        owner: owner.to_owned(),
        name: name.to_owned(),
        github_id: repository.github_id,
        has_webhook: !repository.webhook_secret_ref.is_empty(),
        webhook_id: repository.webhook_id,
        etag: repository.etag,
    })
}

/// What stands before and after the last `/`; neither is empty.
fn cut(url: &str) -> Option<(&str, &str)> {
    url.rsplit_once('/').filter(|(before, after)| !before.is_empty() && !after.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(repo_url: &str) -> v1::ConfigRepo {
        v1::ConfigRepo {
            id: "01890000-0000-7000-8000-000000000000".to_owned(),
            repo_url: repo_url.to_owned(),
            ..v1::ConfigRepo::default()
        }
    }

    #[test]
    fn an_address_is_taken_apart_from_its_end() {
        let read = read(repository("http://127.0.0.1:8080/acme/search-config")).unwrap();
        assert_eq!(
            (read.host.as_str(), read.owner.as_str(), read.name.as_str()),
            ("http://127.0.0.1:8080", "acme", "search-config")
        );
        assert!(!read.has_webhook);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in ["", "acme", "/acme", "acme/", "acme/search-config"] {
            assert!(read(repository(url)).is_err(), "{url}");
        }
    }
}

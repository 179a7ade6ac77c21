//! From the name that a person types to the id that the services know, and back.

use std::collections::BTreeMap;

use pullwright_proto::error::ErrorReason;
use pullwright_proto::registry::ListConfigReposRequest;
use pullwright_rpc::Refusal;
use tonic::Code;
use uuid::Uuid;

use crate::{
    connect::Cores,
    error::{Error, Result},
    pages::{self, Filter, Page},
};

/// The id of a config repository that is named by its id or by its name.
pub async fn find(cores: &Cores, repo: &str) -> Result<String> {
    if let Ok(id) = repo.parse::<Uuid>() {
        return Ok(id.to_string());
    }
    let request = ListConfigReposRequest {
        page_size: 1,
        filter: Filter::default().equals("name", Some(repo)).text(),
        ..ListConfigReposRequest::default()
    };
    let found = cores.config_repos().list_config_repos(cores.request(request)).await?.into_inner();
    let found = found.config_repos.into_iter().next();
    found.map(|repo| repo.id).ok_or_else(|| {
        Error::Refused(Box::new(Refusal {
            code: Code::NotFound,
            reason: ErrorReason::ConfigRepoNotFound,
            message: format!(
                "no config repository is called `{repo}`; `pullwright repos list` shows all"
            ),
            violations: Vec::new(),
            retry_after: None,
        }))
    })
}

/// The names of all config repositories by id.
pub async fn names(cores: &Cores) -> Result<BTreeMap<String, String>> {
    let found = pages::collect(usize::MAX, async |page_size, page_token| {
        let request =
            ListConfigReposRequest { page_size, page_token, ..ListConfigReposRequest::default() };
        let page =
            cores.config_repos().list_config_repos(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.config_repos, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    Ok(found.rows.into_iter().map(|repo| (repo.id, repo.name)).collect())
}

//! `pullwright repos list`

use pullwright_proto::registry::{ConfigRepo, ListConfigReposRequest, ListConfigReposResponse};

use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Output, Table, bad, dim, good},
    pages::{self, Page},
};

pub(super) async fn list(cores: &Cores, wanted: usize, output: Output) -> Result<Exit> {
    let found = pages::collect(wanted, async |page_size, page_token| {
        let request =
            ListConfigReposRequest { page_size, page_token, ..ListConfigReposRequest::default() };
        let page =
            cores.config_repos().list_config_repos(cores.request(request)).await?.into_inner();
        Ok(Page { rows: page.config_repos, next: page.next_page_token, total: page.total_size })
    })
    .await?;
    let answer = ListConfigReposResponse {
        has_more: found.has_more(),
        next_page_token: found.next,
        total_size: found.total,
        config_repos: found.rows,
    };
    output.show("pullwright.registry.v1.ListConfigReposResponse", &answer, table)?;
    Ok(Exit::Success)
}

fn table(answer: &ListConfigReposResponse) -> String {
    if answer.config_repos.is_empty() {
        return "no config repositories; `pullwright repos add` registers one".to_owned();
    }
    let mut table = Table::new(&["ID", "NAME", "REPOSITORY", "BASE", "CREDENTIAL", "WEBHOOK"]);
    for repo in &answer.config_repos {
        table.row([
            repo.id.clone(),
            repo.name.clone(),
            repo.repo_url.clone(),
            repo.pr_base_branch.clone(),
            if repo.auth_ref.is_empty() { dim("-") } else { repo.auth_ref.clone() },
            webhook(repo),
        ]);
    }
    pages::with_rest(table.text(), answer.config_repos.len(), answer.total_size)
}

/// Whether its webhook is there.
pub(super) fn webhook(repo: &ConfigRepo) -> String {
    match (repo.webhook_secret_ref.as_str(), repo.webhook_registration_error.as_str()) {
        ("", _) => dim("none"),
        (_, "") => good("ok"),
        (_, error) => bad(error),
    }
}

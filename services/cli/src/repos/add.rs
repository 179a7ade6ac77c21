//! `pullwright repos add`

use pullwright_proto::registry::{ConfigRepo, CreateConfigRepoRequest};
use uuid::Uuid;

use super::list::webhook;
use crate::{
    args::AddRepo,
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::{Fields, Output, dim},
};

pub(super) async fn add(cores: &Cores, repo: AddRepo, output: Output) -> Result<Exit> {
    let request = CreateConfigRepoRequest {
        name: repo.name,
        repo_url: repo.repo_url,
        default_branch: repo.default_branch,
        pr_base_branch: repo.pr_base_branch,
        auth_ref: repo.auth_ref,
        webhook_secret_ref: repo.webhook_secret_ref,
        request_id: Uuid::now_v7().to_string(),
    };
    let answer =
        cores.config_repos().create_config_repo(cores.request(request)).await?.into_inner();
    let repo = answer.config_repo.ok_or(Error::OffContract("a config repository"))?;
    output.show("pullwright.registry.v1.ConfigRepo", &repo, text)?;
    Ok(Exit::Success)
}

fn text(repo: &ConfigRepo) -> String {
    let fields = Fields::default()
        .with("config repo", &repo.name)
        .with("id", &repo.id)
        .with("repository", &repo.repo_url)
        .with("base branch", &repo.pr_base_branch)
        .with_some("credential", &repo.auth_ref)
        .with("webhook", webhook(repo))
        .text();
    let next = format!(
        "`pullwright repos check {}` looks whether all is there that a pull request needs",
        repo.name
    );
    format!("{fields}\n\n{}", dim(&next))
}

//! `pullwright repos watched`

use pullwright_proto::delivery::{
    ListWatchedRepositoriesRequest, ListWatchedRepositoriesResponse, WatchedRepository,
};

use super::find;
use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Moment as _, Output, Table, bad, dim, good, warn},
    pages::{self, Filter, Page},
};

pub(super) async fn watched(cores: &Cores, repo: Option<&str>, output: Output) -> Result<Exit> {
    let repository_id = match repo {
        Some(repo) => Some(find(cores, repo).await?),
        None => None,
    };
    let filter = Filter::default().equals("repository_id", repository_id).text();
    let found = all(cores, &filter).await?;
    let answer = ListWatchedRepositoriesResponse {
        total_size: found.total,
        repositories: found.rows,
        ..ListWatchedRepositoriesResponse::default()
    };
    output.show("pullwright.delivery.v1.ListWatchedRepositoriesResponse", &answer, table)?;
    Ok(Exit::Success)
}

/// All repositories that are watched and that `filter` lets through.
pub async fn all(cores: &Cores, filter: &str) -> Result<Page<WatchedRepository>> {
    pages::collect(usize::MAX, async |page_size, page_token| {
        let request = ListWatchedRepositoriesRequest {
            page_size,
            page_token,
            filter: filter.to_owned(),
            ..ListWatchedRepositoriesRequest::default()
        };
        let page = cores
            .deliveries()
            .list_watched_repositories(cores.request(request))
            .await?
            .into_inner();
        Ok(Page { rows: page.repositories, next: page.next_page_token, total: page.total_size })
    })
    .await
}

fn table(answer: &ListWatchedRepositoriesResponse) -> String {
    if answer.repositories.is_empty() {
        return "no repositories are watched".to_owned();
    }
    let head = ["REPOSITORY", "WEBHOOK", "LOG READ", "MISSING", "LOST", "PULLS", "SEEN", "SWEPT"];
    let mut table = Table::new(&head);
    for one in &answer.repositories {
        table.row([
            one.full_name.clone(),
            hook(one),
            one.deliveries_checked_until.age(),
            count(one.deliveries_missing, warn),
            count(one.deliveries_lost, bad),
            one.pull_requests_watched.to_string(),
            one.reconciled_at.age(),
            one.swept_at.age(),
        ]);
    }
    let problems: Vec<_> = answer.repositories.iter().flat_map(problems).collect();
    [vec![table.text()], problems].concat().join("\n")
}

fn hook(one: &WatchedRepository) -> String {
    match (one.webhook_error.is_empty(), one.webhook_id) {
        (false, _) => bad("failed"),
        (true, 0) => dim("none"),
        (true, id) => good(&id.to_string()),
    }
}

fn count(count: i64, paint: impl Fn(&str) -> String) -> String {
    if count == 0 { dim("0") } else { paint(&count.to_string()) }
}

/// What went wrong last, a line each.
fn problems(one: &WatchedRepository) -> Vec<String> {
    what_is_wrong(one)
        .into_iter()
        .map(|(of, error)| format!("{} {}: {of}: {error}", bad("!"), one.full_name))
        .collect()
}

/// What went wrong last, by what it is about.
pub fn what_is_wrong(one: &WatchedRepository) -> Vec<(&'static str, &str)> {
    [
        ("webhook", one.webhook_error.as_str()),
        ("log of deliveries", &one.deliveries_error),
        ("pull requests", &one.reconcile_error),
        ("orphans", &one.sweep_error),
    ]
    .into_iter()
    .filter(|(_, error)| !error.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repository_is_a_row_and_what_is_wrong_stands_below() {
        let fine = WatchedRepository {
            full_name: "acme/fine".into(),
            webhook_id: 12,
            pull_requests_watched: 3,
            ..WatchedRepository::default()
        };
        let ill = WatchedRepository {
            full_name: "acme/ill".into(),
            webhook_error: "404: the token lacks admin:repo_hook".into(),
            deliveries_missing: 2,
            reconcile_error: "the token is revoked".into(),
            ..WatchedRepository::default()
        };
        let repositories = vec![fine, ill];
        let shown = table(&ListWatchedRepositoriesResponse {
            repositories,
            ..ListWatchedRepositoriesResponse::default()
        });
        let plain = anstream::adapter::strip_str(&shown).to_string();
        let lines: Vec<_> = plain.lines().collect();
        assert_eq!(
            lines,
            [
                "REPOSITORY  WEBHOOK  LOG READ  MISSING  LOST  PULLS  SEEN  SWEPT",
                "acme/fine   12       -         0        0     3      -     -",
                "acme/ill    failed   -         2        0     0      -     -",
                "! acme/ill: webhook: 404: the token lacks admin:repo_hook",
                "! acme/ill: pull requests: the token is revoked",
            ]
        );
    }
}

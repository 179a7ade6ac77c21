//! The few pages that a person follows a link to. Plain text in a page; nothing here is an API.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;

use crate::actions;
use crate::app::App;
use crate::error::ForgeError;
use crate::world::Pull;

/// Shows a repository: its branches and pull requests.
pub(crate) async fn repository(
    State(app): State<App>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    let full_name = format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(&name));
    if let Some(url) = moved(&app, &full_name) {
        return Redirect::permanent(&url).into_response();
    }
    answer(repository_page(&app, &full_name))
}

fn moved(app: &App, full_name: &str) -> Option<String> {
    app.world().moved(full_name).map(|repository| repository.html_url.clone())
}

/// Shows a pull request: its text, its comments and its diff; `.diff` gives the diff alone.
pub(crate) async fn pull(
    State(app): State<App>,
    Path((owner, name, number)): Path<(String, String, String)>,
) -> Response {
    let full_name = format!("{owner}/{name}");
    if let Some(url) = moved(&app, &full_name) {
        return Redirect::permanent(&format!("{url}/pull/{number}")).into_response();
    }
    let (number, diff_only) = match number.strip_suffix(".diff") {
        Some(number) => (number, true),
        None => (number.as_str(), false),
    };
    let Ok(number) = number.parse() else { return StatusCode::NOT_FOUND.into_response() };
    if diff_only {
        return match actions::pull_diff(&app, &full_name, number).await {
            Ok(diff) => diff.into_response(),
            Err(error) => answer(Err(error)),
        };
    }
    answer(pull_page(&app, &full_name, number).await)
}

fn answer(page: Result<String, ForgeError>) -> Response {
    match page {
        Ok(page) => Html(page).into_response(),
        Err(ForgeError::NotFound { .. }) => (StatusCode::NOT_FOUND, "Not Found").into_response(),
        Err(error) => {
            tracing::error!(error = %error.chain(), "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn repository_page(app: &App, full_name: &str) -> Result<String, ForgeError> {
    let repository = app.find(full_name)?;
    let branches = actions::branches(app, full_name)?;
    let branches: Vec<String> =
        branches.iter().map(|branch| format!("{} {}", &branch.oid, branch.name)).collect();
    let pulls = repository.pulls.values().rev().map(|pull| {
        format!(
            "<li><a href=\"{}\">#{}</a> {} ({})</li>",
            pull.html_url,
            pull.number,
            escape(&pull.title),
            word(pull)
        )
    });
    Ok(format!(
        "<title>{0}</title><h1>{0}</h1><h2>Branches</h2><pre>{1}</pre><h2>Pull requests</h2><ul>{2}</ul>",
        escape(&repository.full_name),
        escape(&branches.join("\n")),
        pulls.collect::<String>()
    ))
}

async fn pull_page(app: &App, full_name: &str, number: u64) -> Result<String, ForgeError> {
    let pull = actions::pull(app, full_name, number).await?;
    let diff = actions::pull_diff(app, full_name, number).await?;
    let comments = actions::comments(app, full_name, number)?;
    let comments = comments.iter().map(|comment| {
        format!("<p><b>{}</b></p><pre>{}</pre>", escape(&comment.author), escape(&comment.body))
    });
    Ok(format!(
        "<title>{0} #{1}</title><h1>{0} <small>#{1}</small></h1><p>{2}: {3} wants {4} in {5}</p><pre>{6}</pre>\
         <h2>Comments</h2>{7}<h2>Files</h2><pre>{8}</pre>",
        escape(&pull.title),
        pull.number,
        word(&pull),
        escape(&pull.author),
        escape(&pull.head_ref),
        escape(&pull.base_ref),
        escape(pull.body.as_deref().unwrap_or_default()),
        comments.collect::<String>(),
        escape(&diff)
    ))
}

fn word(pull: &Pull) -> &'static str {
    match (pull.merged, pull.is_open()) {
        (true, _) => "merged",
        (false, true) => "open",
        (false, false) => "closed",
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! `POST /repos/{owner}/{repo}/pulls`.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::super::answer::Input;
use super::super::caller::Caller;
use super::super::error::ApiError;
use super::{check_texts, full};
use crate::actions::{self, OpenRefusal};
use crate::app::App;
use crate::world::NewPull;

const PAGE: &str = "/pulls/pulls#create-a-pull-request";

/// Opens a pull request.
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path((owner, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (repository, login) = caller.write_pulls(&app, &owner, &name)?;
    let new = read(&body, login).map_err(|error| error.page(PAGE))?;
    let pull = actions::open_pull(&app, &repository.full_name, &new).await.map_err(refusal)?;
    // The number was counted after the repository was read.
    let repository = app.find(&repository.full_name)?;
    let mut response = full(&app, StatusCode::CREATED, &repository, &pull, None).await?;
    let location =
        format!("{}/pulls/{}", app.urls.repository_api(&repository.full_name), pull.number);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn read(body: &[u8], login: String) -> Result<NewPull, ApiError> {
    let input = Input::parse(body)?;
    let head = input.text("head")?.ok_or_else(|| ApiError::not_supplied("head"))?;
    let base = input.text("base")?.ok_or_else(|| ApiError::not_supplied("base"))?;
    let title = input.text("title")?.filter(|title| !title.trim().is_empty());
    let missing = || {
        ApiError::validation(vec![
            json!({ "resource": "Issue", "code": "missing_field", "field": "title" }),
        ])
    };
    let title = title.ok_or_else(missing)?;
    let text = input.text("body")?;
    check_texts(Some(&title), text.as_deref())?;
    Ok(NewPull {
        title,
        head,
        base: Some(base),
        body: text,
        draft: input.flag("draft")?,
        actor: Some(login),
    })
}

fn refusal(refusal: OpenRefusal) -> ApiError {
    let custom = |message: String| json!({ "resource": "PullRequest", "code": "custom", "message": message });
    let errors: Vec<Value> = match refusal {
        OpenRefusal::Failed(error) => return error.into(),
        OpenRefusal::InvalidRefs(fields) => {
            let invalid = |field: &&str| json!({ "resource": "PullRequest", "field": field, "code": "invalid" });
            fields.iter().map(invalid).collect()
        }
        other @ (OpenRefusal::NoCommits { .. } | OpenRefusal::AlreadyExists { .. }) => {
            vec![custom(other.to_string())]
        }
    };
    ApiError::validation(errors).page(PAGE)
}

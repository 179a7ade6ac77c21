//! Git over HTTP: who may fetch and push. Basic authentication only, as at github.com: a Bearer credential is
//! refused. The protocol itself is `git http-backend`'s.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::actions;
use crate::app::App;
use crate::git::http_backend::{self, GitRequest};
use crate::rest::basic_password;
use crate::world::{Identity, Permission, Repository};

/// Why git gets no answer from the repository.
enum Refusal {
    /// A login is needed, or the one given is wrong.
    Unauthorized(&'static str),
    /// The login may not push here.
    Forbidden,
    /// There is no such repository for this login.
    NotFound,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Unauthorized(text) => (StatusCode::UNAUTHORIZED, text),
            Self::Forbidden => (StatusCode::FORBIDDEN, "Write access to repository not granted."),
            Self::NotFound => (StatusCode::NOT_FOUND, "Repository not found."),
        };
        let mut response = (status, text).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"GitHub\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

/// Answers `GET info/refs`.
pub(crate) async fn info_refs(
    State(app): State<App>,
    Path((owner, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let pushes = request.uri().query().unwrap_or_default().contains("git-receive-pack");
    serve(app, owner, name, "info/refs", pushes, request).await
}

/// Answers `POST git-upload-pack`: a fetch.
pub(crate) async fn upload_pack(
    State(app): State<App>,
    Path((owner, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    serve(app, owner, name, "git-upload-pack", false, request).await
}

/// Answers `POST git-receive-pack`: a push.
pub(crate) async fn receive_pack(
    State(app): State<App>,
    Path((owner, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    serve(app, owner, name, "git-receive-pack", true, request).await
}

async fn serve(
    app: App,
    owner: String,
    name: String,
    service: &str,
    pushes: bool,
    request: Request,
) -> Response {
    let name = name.strip_suffix(".git").unwrap_or(&name);
    if let Some(url) = moved(&app, &format!("{owner}/{name}"), request.headers(), pushes) {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let status = match *request.method() {
            Method::GET => StatusCode::MOVED_PERMANENTLY,
            _ => StatusCode::TEMPORARY_REDIRECT,
        };
        let location = format!("{url}.git/{service}{query}");
        return (status, [(header::LOCATION, location)]).into_response();
    }
    let (repository, login) =
        match admit(&app, &format!("{owner}/{name}"), request.headers(), pushes) {
            Ok(admitted) => admitted,
            Err(refusal) => return refusal.into_response(),
        };
    let (parts, body) = request.into_parts();
    let git_request = GitRequest {
        repository: app.directory(repository.id),
        service_path: service.to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        method: parts.method,
        headers: parts.headers,
        user: login.clone(),
    };
    run(app, git_request, body, (repository.id, login), service == "git-receive-pack").await
}

async fn run(
    app: App,
    request: GitRequest,
    body: Body,
    (repository, login): (u64, String),
    pushed: bool,
) -> Response {
    let at_end = {
        let app = app.clone();
        Box::pin(async move {
            if pushed && let Err(error) = actions::refresh(&app, repository, &login).await {
                tracing::error!(error = %error.chain(), "a push could not be followed");
            }
        })
    };
    http_backend::serve(&app.git, request, body, at_end).await.unwrap_or_else(|error| {
        tracing::error!(%error, "git http-backend gave no answer");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// Returns the page of a repository that has another name now, for who may reach it there.
fn moved(app: &App, full_name: &str, headers: &HeaderMap, pushes: bool) -> Option<String> {
    let now = app.world().moved(full_name)?.full_name.clone();
    let (repository, _) = admit(app, &now, headers, pushes).ok()?;
    Some(repository.html_url)
}

fn admit(
    app: &App,
    full_name: &str,
    headers: &HeaderMap,
    pushes: bool,
) -> Result<(Repository, String), Refusal> {
    let identity = identify(app, headers)?;
    let world = app.world();
    let repository = world.find(full_name);
    let Some(identity) = identity else {
        return match repository {
            Some(repository) if !repository.private && !pushes => {
                Ok((repository.clone(), String::new()))
            }
            // Nobody learns which private repositories exist.
            _ => Err(Refusal::Unauthorized("Repository not found.")),
        };
    };
    let repository = repository.ok_or(Refusal::NotFound)?;
    match world.tokens.permission(&identity, &repository.full_name) {
        Some(Permission::Write) => {}
        Some(Permission::Read) if !pushes => {}
        None if !repository.private && !pushes => {}
        None if repository.private => return Err(Refusal::NotFound),
        Some(Permission::Read) | None => return Err(Refusal::Forbidden),
    }
    Ok((repository.clone(), identity.login))
}

fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Identity>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let wrong = || {
        Refusal::Unauthorized(
            "Invalid username or token. Password authentication is not supported for Git operations.",
        )
    };
    let (scheme, rest) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(wrong)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(wrong());
    }
    let password = basic_password(rest).ok_or_else(wrong)?;
    let now = app.now();
    app.world().tokens.identify(&password, now).map(Some).ok_or_else(wrong)
}

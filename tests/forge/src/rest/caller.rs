//! Who calls REST, and what that caller may do with a repository.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;

use super::error::ApiError;
use crate::app::App;
use crate::world::{Identity, Permission, Repository, TokenKind};

/// The caller of a request: an account, or nobody.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) Option<Identity>);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "Requires authentication"))
    }
}

/// The App that calls for itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct AppCaller(pub(super) u64);

impl<S: Sync> FromRequestParts<S> for AppCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let message = "A JSON web token could not be decoded";
        let caller = parts.extensions.get::<Self>().copied();
        caller.ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, message))
    }
}

impl Caller {
    /// Returns a repository that the caller may read; any other one does not exist for it.
    pub(super) fn read(&self, app: &App, owner: &str, name: &str) -> Result<Repository, ApiError> {
        self.find(app, owner, name).map(|(repository, _)| repository)
    }

    /// Returns a repository that the caller may change, and the caller's login.
    pub(super) fn write(
        &self,
        app: &App,
        owner: &str,
        name: &str,
    ) -> Result<(Repository, String), ApiError> {
        let Some(identity) = &self.0 else {
            // GitHub hides a private repository before it asks for a login.
            self.find(app, owner, name)?;
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Requires authentication"));
        };
        match self.find(app, owner, name)? {
            (repository, Permission::Write) => Ok((repository, identity.login.clone())),
            (_, Permission::Read) => Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "Resource not accessible by personal access token",
            )),
        }
    }

    /// Does as `read` for a call about pull requests.
    pub(super) fn read_pulls(
        &self,
        app: &App,
        owner: &str,
        name: &str,
    ) -> Result<Repository, ApiError> {
        let repository = self.read(app, owner, name)?;
        // What everybody may read needs no permission.
        if repository.private {
            self.may("pull_requests=read")?
        }
        Ok(repository)
    }

    /// Does as `write` for a call about pull requests.
    pub(super) fn write_pulls(
        &self,
        app: &App,
        owner: &str,
        name: &str,
    ) -> Result<(Repository, String), ApiError> {
        let written = self.write(app, owner, name)?;
        self.may("pull_requests=write")?;
        Ok(written)
    }

    /// Returns a repository whose hooks the caller may read, or change as well.
    pub(super) fn hooks(
        &self,
        app: &App,
        owner: &str,
        name: &str,
        access: Permission,
    ) -> Result<Repository, ApiError> {
        let repository = self.read(app, owner, name)?;
        let Some(identity) = &self.0 else {
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Requires authentication"));
        };
        let granted = app.world().tokens.permission(identity, &repository.full_name);
        let writes = access == Permission::Write;
        let is_enough = match &identity.kind {
            TokenKind::Classic { scopes } => {
                let admin = granted == Some(Permission::Write);
                let accepted = |scope: &String| match scope.as_str() {
                    "repo" | "admin:repo_hook" | "write:repo_hook" => true,
                    "public_repo" => !repository.private,
                    "read:repo_hook" => !writes,
                    _ => false,
                };
                if !admin || !scopes.iter().any(accepted) {
                    return Err(ApiError::not_found());
                }
                true
            }
            TokenKind::WithoutWebhooks => false,
            TokenKind::ReadsWebhooks => !writes,
            TokenKind::FineGrained | TokenKind::WithoutPullRequests => granted >= Some(access),
        };
        if is_enough {
            return Ok(repository);
        }
        let message = "Resource not accessible by personal access token";
        let needs = if writes { "repository_hooks=write" } else { "repository_hooks=read" };
        Err(ApiError::new(StatusCode::FORBIDDEN, message).needs(needs))
    }

    fn may(&self, needs: &'static str) -> Result<(), ApiError> {
        match &self.0 {
            Some(Identity { kind: TokenKind::WithoutPullRequests, .. }) => Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "Resource not accessible by personal access token",
            )
            .needs(needs)),
            _ => Ok(()),
        }
    }

    /// Returns what the caller may do with a repository that it may read.
    pub(super) fn find(
        &self,
        app: &App,
        owner: &str,
        name: &str,
    ) -> Result<(Repository, Permission), ApiError> {
        let full_name = format!("{owner}/{name}");
        let repository = app.find(&full_name).map_err(|_| ApiError::not_found())?;
        let granted = match &self.0 {
            Some(identity) => app.world().tokens.permission(identity, &repository.full_name),
            None => None,
        };
        let permission = granted.or((!repository.private).then_some(Permission::Read));
        permission.map(|permission| (repository, permission)).ok_or_else(ApiError::not_found)
    }
}

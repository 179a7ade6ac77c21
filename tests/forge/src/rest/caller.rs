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

    fn find(
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

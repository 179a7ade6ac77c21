//! Making a repository, with a first commit when there are files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DEFAULT_ACTOR, refresh, signature};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{CommitRequest, FileChange, is_valid_branch, read_folder};
use crate::world::{Grant, NewRepository, NewToken, Repository, TokenKind};

/// Makes a repository and its tokens; its name must be free.
pub(crate) async fn create_repository(
    app: &App,
    new: NewRepository,
) -> Result<Repository, ForgeError> {
    check_name("owner", &new.owner)?;
    check_name("name", &new.name)?;
    let default_branch = new.default_branch.clone().unwrap_or_else(|| "main".to_owned());
    if !is_valid_branch(&default_branch) {
        return Err(ForgeError::invalid("default_branch", "not a branch name"));
    }
    let files = collect_files(&new)?;
    let repository = describe(app, &new, &default_branch)?;
    let directory = app.directory(repository.id);
    app.git.init(&directory, &default_branch).await?;
    if !files.is_empty() {
        let author = new.author.clone().unwrap_or_else(|| signature(DEFAULT_ACTOR));
        let at = author.date.unwrap_or(repository.created_at).as_second();
        let request = CommitRequest {
            branch: &default_branch,
            parent: None,
            author: &author,
            at,
            message: "Initial commit",
            files: &files,
        };
        app.git.commit(&directory, &request).await?;
    }
    for token in &new.tokens {
        let grants =
            vec![Grant { repository: repository.full_name.clone(), permission: token.permission }];
        app.world().tokens.add(&NewToken {
            login: token.login.clone(),
            token: token.token.clone(),
            grants,
            kind: TokenKind::default(),
            expires_at: None,
        });
    }
    {
        // Two calls for one name may have come this far.
        let mut world = app.world();
        if world.find(&repository.full_name).is_some() {
            return Err(ForgeError::AlreadyExists {
                what: "repository",
                name: repository.full_name,
            });
        }
        world.insert(repository.clone());
    }
    refresh(app, repository.id, DEFAULT_ACTOR).await?;
    app.find(&repository.full_name)
}

/// Refuses what GitHub would not take as the name of an account or a repository.
pub(super) fn check_name(field: &'static str, name: &str) -> Result<(), ForgeError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    // Owners that would hide the forge's own paths.
    let reserved = [".", "..", "api", "_control", "meta"];
    if name.is_empty()
        || name.len() > 100
        || !name.chars().all(known)
        || reserved.contains(&name)
        || name.ends_with(".git")
    {
        return Err(ForgeError::invalid(field, format!("{name:?} is no GitHub name")));
    }
    Ok(())
}

fn collect_files(new: &NewRepository) -> Result<BTreeMap<String, FileChange>, ForgeError> {
    let mut files = match &new.folder {
        Some(folder) => {
            read_folder(folder).map_err(ForgeError::io("read the folder of the first commit"))?
        }
        None => BTreeMap::new(),
    };
    for (path, content) in &new.files {
        let (mode, bytes) =
            content.resolve().map_err(|reason| ForgeError::invalid("files", reason))?;
        files.insert(path.clone(), FileChange::write(mode, bytes));
    }
    Ok(files)
}

fn describe(
    app: &App,
    new: &NewRepository,
    default_branch: &str,
) -> Result<Repository, ForgeError> {
    let full_name = format!("{}/{}", new.owner, new.name);
    let now = app.now();
    let mut world = app.world();
    if world.find(&full_name).is_some() {
        return Err(ForgeError::AlreadyExists { what: "repository", name: full_name });
    }
    if !world.tokens.knows(&new.owner) {
        world.organization(&new.owner);
    }
    let html_url = app.urls.repository_web(&full_name);
    Ok(Repository {
        id: world.next_id(),
        owner: new.owner.clone(),
        name: new.name.clone(),
        clone_url: format!("{html_url}.git"),
        html_url,
        full_name,
        private: new.private,
        default_branch: default_branch.to_owned(),
        description: new.description.clone(),
        created_at: now,
        updated_at: now,
        pushed_at: now,
        protected: new.protected.clone(),
        last_number: 0,
        pulls: Arc::default(),
        comments: BTreeMap::new(),
        hooks: BTreeMap::new(),
        seen_refs: Arc::default(),
    })
}

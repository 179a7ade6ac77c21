//! Comments on a pull request's conversation.

use std::sync::Arc;

use crate::app::App;
use crate::error::ForgeError;
use crate::world::Comment;

/// Lists the comments of a pull request, the oldest first.
pub(crate) fn comments(
    app: &App,
    full_name: &str,
    number: u64,
) -> Result<Vec<Comment>, ForgeError> {
    let repository = app.find(full_name)?;
    if !repository.pulls.contains_key(&number) {
        return Err(ForgeError::not_found("pull request", number));
    }
    let comments = repository.comments.into_values().filter(|comment| comment.number == number);
    Ok(comments.map(Arc::unwrap_or_clone).collect())
}

/// Adds a comment to a pull request.
pub(crate) fn write_comment(
    app: &App,
    full_name: &str,
    number: u64,
    body: &str,
    actor: &str,
) -> Result<Comment, ForgeError> {
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let mut world = app.world();
    let id = world.next_id();
    let entry = world
        .repository_mut(repository)
        .ok_or_else(|| ForgeError::not_found("repository", full_name))?;
    let pull =
        entry.pull_mut(number).ok_or_else(|| ForgeError::not_found("pull request", number))?;
    pull.updated_at = now;
    let comment = Comment {
        id,
        number,
        body: body.to_owned(),
        author: actor.to_owned(),
        created_at: now,
        updated_at: now,
    };
    entry.comments.insert(id, Arc::new(comment.clone()));
    Ok(comment)
}

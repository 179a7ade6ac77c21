//! Taking away what GitHub can take away: a repository, and (as its staff does) a single pull request.

use std::sync::Arc;

use serde_json::json;

use super::DEFAULT_ACTOR;
use crate::app::App;
use crate::error::ForgeError;
use crate::rest::shapes;
use crate::webhook;

/// Deletes a repository with all that is in it; Apps that see it are told, its own hooks are gone.
pub(crate) async fn delete_repository(app: &App, full_name: &str) -> Result<(), ForgeError> {
    let id = app.id_of(full_name)?;
    let _lock = app.lock_repository(id).await;
    let repository = app.find(full_name)?;
    let payload = {
        let mut world = app.world();
        if let Some(entry) = world.repository_mut(id) {
            entry.hooks.clear();
        }
        json!({
            "action": "deleted",
            "repository": shapes::repository(&mut world, &app.urls, &repository),
            "sender": shapes::user(&world.user(DEFAULT_ACTOR), &app.urls),
        })
    };
    webhook::queue(app, id, "repository", Some("deleted"), &payload);
    app.world().remove(id);
    tokio::fs::remove_dir_all(app.directory(id))
        .await
        .map_err(ForgeError::io("remove the repository's folder"))
}

/// Deletes a pull request; its number is not given out again, and nobody is told.
pub(crate) async fn delete_pull(app: &App, full_name: &str, number: u64) -> Result<(), ForgeError> {
    let id = app.id_of(full_name)?;
    let _lock = app.lock_repository(id).await;
    let mut world = app.world();
    let entry = world.repository_mut(id);
    let removed = entry.and_then(|entry| {
        entry.comments.retain(|_, comment| comment.number != number);
        Arc::make_mut(&mut entry.pulls).remove(&number)
    });
    removed.map(drop).ok_or_else(|| ForgeError::not_found("pull request", number))
}

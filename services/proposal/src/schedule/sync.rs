//! What there is, copied from the registry: repositories and Apps.

use crate::{
    App,
    domain::job::Read,
    error::Result,
    rpc::replay,
    store::{apps, looks, repositories, turns},
};

const TURN: &str = "sync_repositories";

/// Copies what the registry has, when it is time to and no other replica does. A repository that is new or changed has its hook looked at
/// at once; what was said about repositories before they were known is applied, also what came while they were written down.
pub(super) async fn step(app: &App) -> Result<()> {
    let every = app.settings.schedule.sync_every;
    let Some(listed_at) = turns::take(&app.db.client().await?, TURN, every).await? else {
        return Ok(());
    };
    // Nothing of the database is held while the registry is asked.
    let (listed, listed_apps) = tokio::try_join!(app.registry.repositories(), app.registry.apps())?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let changed = repositories::changed(&tx, &listed).await?;
    // Jobs are locked before what they look at.
    looks::hasten(&tx, Read::Webhook, &changed).await?;
    let news: Vec<_> = listed.iter().filter(|one| changed.contains(&one.id)).cloned().collect();
    if !news.is_empty() {
        repositories::write(&tx, &news).await?;
    }
    let ids: Vec<_> = listed.iter().map(|one| one.id).collect();
    let deleted = repositories::delete_others(&tx, &ids, listed_at).await?;
    let changed_apps = apps::sync(&tx, &listed_apps, listed_at).await?;
    if !news.is_empty() || deleted > 0 || changed_apps > 0 {
        looks::align(&tx).await?;
        tracing::info!(changed = news.len(), deleted, changed_apps, "copied what the registry has");
    }
    tx.commit().await?;
    drop(client);
    let unparked = replay::unpark(app).await?;
    if unparked > 0 {
        tracing::info!(unparked, "deliveries have their repository now");
    }
    Ok(())
}

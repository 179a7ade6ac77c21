//! The ledger's schema, compiled in: up by refinery, down by the files beside it.

use pullwright_pg::migrate::{self, Changes, Down, MigrateError};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The way back from each migration.
const DOWNS: &[Down] = &[
    (1, include_str!("../migrations/down/V1.sql")),
    (2, include_str!("../migrations/down/V2.sql")),
    (3, include_str!("../migrations/down/V3.sql")),
    (4, include_str!("../migrations/down/V4.sql")),
    (5, include_str!("../migrations/down/V5.sql")),
    (6, include_str!("../migrations/down/V6.sql")),
    (7, include_str!("../migrations/down/V7.sql")),
    (8, include_str!("../migrations/down/V8.sql")),
    (9, include_str!("../migrations/down/V9.sql")),
    (10, include_str!("../migrations/down/V10.sql")),
    (11, include_str!("../migrations/down/V11.sql")),
];

/// Applies what is not applied yet.
///
/// # Errors
/// The database is away or refused.
pub async fn up(settings: &pullwright_pg::Settings) -> Result<Changes, MigrateError> {
    migrate::up(settings, embedded::migrations::runner()).await
}

/// Goes to exactly `version`, up or down; 0 takes everything back.
///
/// # Errors
/// There is no such version or no way back, or the database is away or refused.
pub async fn to(settings: &pullwright_pg::Settings, version: i32) -> Result<Changes, MigrateError> {
    migrate::to(settings, embedded::migrations::runner(), DOWNS, version).await
}

//! The registry's migrations, compiled in, with the way back from each.

use pullwright_pg::migrate::Down;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The way back from each migration.
pub const DOWNS: &[Down] = &[
    (1, include_str!("../migrations/down/V1.sql")),
    (2, include_str!("../migrations/down/V2.sql")),
    (3, include_str!("../migrations/down/V3.sql")),
];

/// What applies the migrations.
#[must_use]
pub fn runner() -> refinery::Runner {
    embedded::migrations::runner()
}

//! One server per test process, and something of its own in it for each test.
//!
//! The servers are never dropped; their guards end them when the process is gone.

use std::{
    collections::HashMap,
    error::Error,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::OnceCell;

use super::{Postgres, Redis, StartOptions, StoreError, redis::DATABASES};

static POSTGRES: OnceCell<Postgres> = OnceCell::const_new();
static REDIS: OnceCell<Redis> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);
static NEXT_REDIS: AtomicU32 = AtomicU32::new(1);
static TEMPLATES: Mutex<Option<HashMap<String, Template>>> = Mutex::new(None);

/// The name of a template database, once it has been migrated.
type Template = Arc<OnceCell<String>>;

/// A database that one test has for itself.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    /// Its connection URL.
    pub url: String,
    /// Its name in the shared cluster.
    pub name: String,
}

/// A Redis database that one test has for itself.
#[derive(Clone, Debug)]
pub struct RedisHandle {
    /// Its connection URL, which selects the database.
    pub url: String,
    /// Its number, from 1.
    pub db: u32,
}

/// The cluster that all tests of this process share.
pub async fn shared_postgres() -> Result<&'static Postgres, StoreError> {
    POSTGRES.get_or_try_init(|| Postgres::start(StartOptions::default())).await
}

/// An empty database in the shared cluster; its name begins with `prefix`.
pub async fn fresh_database(prefix: &str) -> Result<TestDatabase, StoreError> {
    let postgres = shared_postgres().await?;
    let name = unique(prefix);
    postgres.create_database(&name).await?;
    Ok(TestDatabase { url: postgres.url(&name), name })
}

/// A database with the schema that `migrate` makes, which is run once per process and `template` key.
///
/// `migrate` gets the URL of an empty database and must not leave a connection open.
pub async fn fresh_database_from<M, R, E>(
    template: &str,
    migrate: M,
) -> Result<TestDatabase, StoreError>
where
    M: FnOnce(String) -> R,
    R: Future<Output = Result<(), E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let postgres = shared_postgres().await?;
    let cell = {
        let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(templates.get_or_insert_default().entry(template.to_owned()).or_default())
    };
    let source = cell
        .get_or_try_init(async || {
            let database = fresh_database(&format!("{template}_template")).await?;
            migrate(database.url).await.map_err(|source| StoreError::Template {
                key: template.to_owned(),
                source: source.into(),
            })?;
            Ok::<_, StoreError>(database.name)
        })
        .await?;
    let name = unique(template);
    postgres.copy_database(source, &name).await?;
    Ok(TestDatabase { url: postgres.url(&name), name })
}

/// An empty database in the Redis server that all tests of this process share.
///
/// # Panics
/// When a process asks for more than 1023 of them.
pub async fn shared_redis() -> Result<RedisHandle, StoreError> {
    let redis = REDIS.get_or_try_init(|| Redis::start(StartOptions::default())).await?;
    let db = NEXT_REDIS.fetch_add(1, Ordering::Relaxed);
    assert!(db < DATABASES, "all {DATABASES} databases of the shared Redis are taken");
    Ok(RedisHandle { url: redis.url_of(db), db })
}

/// PostgreSQL cuts names at 63 bytes, so the number stands where it cannot be cut off.
fn unique(prefix: &str) -> String {
    let prefix: String = prefix.chars().take(40).collect();
    format!("{prefix}_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

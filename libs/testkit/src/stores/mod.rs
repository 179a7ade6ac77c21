//! Private PostgreSQL and Redis servers: children of this process on ports and in folders of their own.
//!
//! A server ends and its folder goes when its handle is dropped, and also when this process dies in any way: a small
//! guard (`guard.sh`) holds the other end of a pipe. Nothing of the machine's own servers is touched.

mod binaries;
mod error;
mod folder;
mod guard;
mod postgres;
mod redis;
mod server;
mod shared;

pub use error::StoreError;
pub use postgres::Postgres;
pub use redis::Redis;
pub use shared::{
    RedisHandle, TestDatabase, fresh_database, fresh_database_from, shared_postgres, shared_redis,
};

/// How a private server is started; the default is right for tests.
#[derive(Clone, Debug, Default)]
pub struct StartOptions {
    /// The port on 127.0.0.1; a free one when absent.
    pub port: Option<u16>,
    /// Whether an acknowledged write survives a kill: `fsync` in PostgreSQL, the append-only file in Redis.
    pub durable: bool,
    /// Further settings in the server's own names, the last word over ours.
    pub settings: Vec<(String, String)>,
}

impl StartOptions {
    /// The default on a port that is given.
    pub fn on_port(port: u16) -> Self {
        Self { port: Some(port), ..Self::default() }
    }
}

//! A lock in PostgreSQL that a call runs into after it has claimed its key, so that it stays under way.

use pullwright_testkit::wait;
use tokio_postgres::{Client, NoTls};

use super::calls::{Keeper, Repeatable};
use crate::{
    contract::{
        ask::{Ask, Who},
        world::World,
    },
    system::PATIENCE,
};

/// A transaction that holds what a call needs to end.
pub(super) struct Held(Client);

impl Held {
    /// Holds up the call that `ask` will make with `key`.
    pub(super) async fn hold(world: &World, call: &Repeatable, ask: &Ask, key: &str) -> Self {
        let database = match call.keeper {
            Keeper::Ledger | Keeper::Redis => "pullwright_proposal",
            Keeper::Registry => "pullwright_registry",
        };
        let url = world.stack.postgres.url(database);
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute("BEGIN").await.unwrap();
        match call.keeper {
            // The row that the call writes at its end; nobody sees ours, and writing another one has to wait for us.
            Keeper::Ledger | Keeper::Registry => {
                const SQL: &str = "INSERT INTO idempotency_keys (caller, key, request_sha256, response) VALUES ($1, $2, $3, '')";
                let caller = if call.who == Who::Admin { "ingress ada" } else { "ingress olga" };
                let sha256 = vec![0_u8; 32];
                client.execute(SQL, &[&caller, &key, &sha256]).await.unwrap();
            }
            // The lane whose lease is revoked before the lock is deleted.
            Keeper::Redis => {
                const SQL: &str = "SELECT epoch FROM lanes WHERE key = $1 FOR UPDATE";
                client.query_one(SQL, &[&format!("push:{}", ask.id)]).await.unwrap();
            }
        }
        Self(client)
    }

    /// Waits until somebody waits for it.
    pub(super) async fn until_waited_for(&self, at: &str) {
        const SQL: &str = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid)";
        let look = || async { anyhow::Ok(self.0.query_one(SQL, &[]).await?.get::<_, bool>(0)) };
        wait::until(&format!("{at} is under way"), PATIENCE, look).await.unwrap();
    }

    /// Lets the call go on.
    pub(super) async fn let_go(&self) {
        self.0.batch_execute("ROLLBACK").await.unwrap();
    }
}

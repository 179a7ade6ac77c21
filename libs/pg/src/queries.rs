//! Sending statements, the same way on a connection and in a transaction.
//!
//! A statement is prepared once per connection and text, so its text must not be made from values.

use deadpool_postgres::GenericClient;
use tokio_postgres::{
    GenericClient as _, Row, Statement,
    types::{ToSql, Type},
};

use self::target::Target;
use crate::{Client, Result, Transaction, error::is_stale_plan};

/// What can be asked on a [`Client`] and in a [`Transaction`]; `$1` is the first parameter.
pub trait Queries: Target {
    /// Answers all rows.
    fn query<'a>(
        &'a self,
        sql: &'a str,
        parameters: &'a [&'a (dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Vec<Row>>> + Send + 'a {
        let raw = self.raw();
        asked(self, sql, move |statement| async move { raw.query(&statement, parameters).await })
    }

    /// Answers the one row that there must be.
    fn query_one<'a>(
        &'a self,
        sql: &'a str,
        parameters: &'a [&'a (dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Row>> + Send + 'a {
        let raw = self.raw();
        asked(
            self,
            sql,
            move |statement| async move { raw.query_one(&statement, parameters).await },
        )
    }

    /// Answers the one row, or none; more than one is an error.
    fn query_opt<'a>(
        &'a self,
        sql: &'a str,
        parameters: &'a [&'a (dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Option<Row>>> + Send + 'a {
        let raw = self.raw();
        asked(
            self,
            sql,
            move |statement| async move { raw.query_opt(&statement, parameters).await },
        )
    }

    /// Answers the number of rows that were changed.
    fn execute<'a>(
        &'a self,
        sql: &'a str,
        parameters: &'a [&'a (dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<u64>> + Send + 'a {
        let raw = self.raw();
        asked(self, sql, move |statement| async move { raw.execute(&statement, parameters).await })
    }

    /// Answers all rows of a statement that is sent once and not kept, so its text may be put together from parts; never from values.
    ///
    /// One round trip, and the plan is made for these parameters. Each has its type beside it.
    fn query_once<'a>(
        &'a self,
        sql: &'a str,
        parameters: &'a [(&'a (dyn ToSql + Sync), Type)],
    ) -> impl Future<Output = Result<Vec<Row>>> + Send + 'a {
        self.watch().over(self.plain().query_typed(sql, parameters))
    }

    /// Sees to it that statements are prepared, so that those which are asked together are sent, and run, in the order in which they are asked.
    ///
    /// Nothing is sent when they are.
    fn prepare<'a>(
        &'a self,
        statements: &'a [&'a str],
    ) -> impl Future<Output = Result<()>> + Send + 'a {
        self.watch().over(async move {
            for sql in statements {
                self.raw().prepare_cached(sql).await?;
            }
            Ok(())
        })
    }

    /// Runs statements that have no parameters, several when separated by semicolons; nothing is prepared.
    fn batch_execute<'a>(&'a self, sql: &'a str) -> impl Future<Output = Result<()>> + Send + 'a {
        self.watch().over(self.raw().batch_execute(sql))
    }
}

impl Queries for Client {}
impl Queries for Transaction<'_> {}

fn asked<'a, Q, A, F, T>(
    target: &'a Q,
    sql: &'a str,
    ask: A,
) -> impl Future<Output = Result<T>> + Send
where
    Q: Target + ?Sized,
    A: FnOnce(Statement) -> F + Send + 'a,
    F: Future<Output = Result<T, tokio_postgres::Error>> + Send + 'a,
    T: Send + 'a,
{
    target.watch().over(async move {
        let answer = ask(target.raw().prepare_cached(sql).await?).await;
        if let Err(error) = &answer
            && error.as_db_error().is_some_and(is_stale_plan)
        {
            target.statements().remove(sql, &[]);
        }
        answer
    })
}

mod target {
    use deadpool_postgres::StatementCache;

    use super::{Client, GenericClient, Transaction};
    use crate::client::Watch;

    /// Where a statement can be sent; known to this crate only.
    pub trait Target: Sync {
        /// The driver's type.
        type Raw: GenericClient;

        /// The plain driver's type, below the statements that are kept.
        type Plain: tokio_postgres::GenericClient + Sync;

        /// The driver's client or transaction.
        fn raw(&self) -> &Self::Raw;

        /// The plain driver's client or transaction.
        fn plain(&self) -> &Self::Plain;

        /// The statements prepared on the connection.
        fn statements(&self) -> &StatementCache;

        /// The connection's watch.
        fn watch(&self) -> &Watch;
    }

    impl Target for Client {
        type Raw = deadpool_postgres::Client;
        type Plain = tokio_postgres::Client;

        fn raw(&self) -> &Self::Raw {
            self.driver()
        }

        fn plain(&self) -> &Self::Plain {
            self.driver()
        }

        fn statements(&self) -> &StatementCache {
            &self.driver().statement_cache
        }

        fn watch(&self) -> &Watch {
            self.watch()
        }
    }

    impl<'t> Target for Transaction<'t> {
        type Raw = deadpool_postgres::Transaction<'t>;
        type Plain = tokio_postgres::Transaction<'t>;

        fn raw(&self) -> &Self::Raw {
            self.driver()
        }

        fn plain(&self) -> &Self::Plain {
            self.driver()
        }

        fn statements(&self) -> &StatementCache {
            &self.driver().statement_cache
        }

        fn watch(&self) -> &Watch {
            self.watch()
        }
    }
}

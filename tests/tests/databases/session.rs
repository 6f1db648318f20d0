//! A session of a database, by either client.

use retry_runtime::Class;
use sqlx::AssertSqlSafe;

use crate::failure::class;

/// Runs statements on a connection of its own.
pub(crate) trait Session {
    /// Runs statements; the class of the error if one fails.
    async fn run(&mut self, statements: &str) -> Result<(), Class>;
}

impl Session for tokio_postgres::Client {
    async fn run(&mut self, statements: &str) -> Result<(), Class> {
        self.batch_execute(statements).await.map_err(class)
    }
}

impl Session for sqlx::PgConnection {
    async fn run(&mut self, statements: &str) -> Result<(), Class> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(self).await.map(drop).map_err(class)
    }
}

impl Session for sqlx::MySqlConnection {
    async fn run(&mut self, statements: &str) -> Result<(), Class> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(self).await.map(drop).map_err(class)
    }
}

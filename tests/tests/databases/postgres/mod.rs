//! Errors of PostgreSQL, by tokio-postgres and by sqlx.

mod connecting;
mod statements;

use std::str::FromStr;

use retry_runtime::Class;
use sqlx::{Connection, PgConnection};
use tokio_postgres::{Client, Config, NoTls};

use crate::failure::class;
use crate::server::{address, found, unique_name, with_removal};
use crate::session::Session;

const VARIABLE: &str = "RETRY_TEST_POSTGRES_URL";

/// A server, and a table with two accounts of its own.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) url: String,
    table: String,
}

impl Database {
    /// Connects by tokio-postgres.
    pub(crate) async fn client(&self) -> Client {
        connect(&Config::from_str(&self.url).unwrap()).await.unwrap()
    }

    /// Connects by sqlx.
    async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

/// Which client opens the sessions of a test.
trait Open {
    type Session: Session;
    async fn open(&self, database: &Database) -> Self::Session;
}

struct ByTokioPostgres;

impl Open for ByTokioPostgres {
    type Session = Client;

    async fn open(&self, database: &Database) -> Client {
        database.client().await
    }
}

struct BySqlx;

impl Open for BySqlx {
    type Session = PgConnection;

    async fn open(&self, database: &Database) -> PgConnection {
        database.connection().await
    }
}

pub(crate) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Returns the class of the error that `connect` ends in.
async fn class_of_connect(config: &str) -> Class {
    class(connect(&Config::from_str(config).unwrap()).await.expect_err("it cannot connect"))
}

/// Runs a test on a table of its own, if there is a server.
pub(crate) async fn with_table(test: impl AsyncFnOnce(Database)) {
    let url = address(VARIABLE, "postgres://postgres@127.0.0.1:5432/test");
    let config = Config::from_str(&url).expect("RETRY_TEST_POSTGRES_URL is the address of a database");
    let Some(client) = found(connect(&config).await, VARIABLE) else { return };
    let database = Database { url, table: unique_name() };
    let table = &database.table;
    let create =
        format!("CREATE TABLE {table} (id int PRIMARY KEY, balance int); INSERT INTO {table} VALUES (1, 9), (2, 9)");
    client.batch_execute(&create).await.unwrap();
    let removal = async { client.batch_execute(&format!("DROP TABLE {table}")).await.unwrap() };
    with_removal(test(database.clone()), removal).await;
}

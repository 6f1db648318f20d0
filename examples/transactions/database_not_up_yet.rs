//! A program that starts before its database, waits for it, and gives up after a minute.
//!
//! `cargo run --example database_not_up_yet -- postgres://postgres@127.0.0.1:5432/test`

use std::env;
use std::error::Error;

use retry_runtime::{Classify, retry};
use tokio_postgres::{Client, NoTls};

/// Connects, as soon as the server accepts a session.
///
/// A wrong password, a missing database and a bad address are permanent: they end at the first attempt.
#[retry(
    max_attempts = unbounded,
    deadline = 60s,
    backoff = exp(100ms, 2s),
    retry_on = (Connect, Disconnected, Throttled),
    on_retry = |attempt, error| report(attempt.number(), error)
)]
async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn report(attempt: u32, error: &tokio_postgres::Error) {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    eprintln!("attempt {attempt}: {}, {error}{source}", error.class());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url =
        env::args().nth(1).ok_or("write the address of a database, as postgres://postgres@127.0.0.1:5432/test")?;
    let client = connect(&url).await?;
    let version: String = client.query_one("SHOW server_version", &[]).await?.get(0);
    println!("connected to PostgreSQL {version}");
    Ok(())
}

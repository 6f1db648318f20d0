//! The store behind an address.

use std::path::Path;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::sqlite::SqliteStore;
use retry_idempotency::{Admin, RedisStore};
use tokio_postgres::{Config, NoTls};

use crate::End;

/// Opens the store at this address. No words of it are said again: it may have a password.
pub(crate) async fn open(address: &str, prefix: Option<&str>) -> Result<Box<dyn Admin>, End> {
    let kind = address.split_once(':').map_or("", |(kind, _)| kind);
    if prefix.is_some() && !kind.starts_with("redis") {
        return Err(End::Misused("only Redis has a prefix; remove `--prefix`".into()));
    }
    match (kind, prefix) {
        ("sqlite", _) => sqlite(&address["sqlite:".len()..]),
        ("redis" | "rediss" | "redis+unix", Some(prefix)) => {
            Ok(Box::new(RedisStore::open(address, prefix).await.map_err(failed)?))
        }
        ("redis" | "rediss" | "redis+unix", None) => {
            Err(End::Misused("the keys in Redis have a prefix; write `--prefix NAME`, as your service opens it".into()))
        }
        ("postgres" | "postgresql", _) => postgres(address).await,
        _ => Err(End::Misused(
            "the store is none that is known; write `sqlite:PATH`, `redis://HOST/DB` or `postgres://USER@HOST/DB`"
                .into(),
        )),
    }
}

/// A path that was mistyped must not become an empty store.
fn sqlite(path: &str) -> Result<Box<dyn Admin>, End> {
    if !Path::new(path).is_file() {
        return Err(End::Failed(format!("`{path}` is no file; write the path that your service opens")));
    }
    Ok(Box::new(SqliteStore::open(path).map_err(failed)?))
}

async fn postgres(address: &str) -> Result<Box<dyn Admin>, End> {
    let unreadable = |error| {
        End::Misused(format!("the address of the database cannot be read ({error}); write `postgres://USER@HOST/DB`"))
    };
    let config: Config = address.parse().map_err(unreadable)?;
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1).build();
    let pool = pool.map_err(|error| End::Failed(error.to_string()))?;
    // What the operator does is no less safe for settings that a service may need.
    Ok(Box::new(PostgresStore::open_for_effects_inside(pool).await.map_err(failed)?))
}

/// With all the reasons, since a client's own words alone say little.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(crate) fn failed(error: retry_idempotency::StoreError) -> End {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = error.source();
    }
    End::Failed(words)
}

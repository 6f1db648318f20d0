//! Opens the store behind an address.

use std::path::Path;

use deadpool_postgres::{Manager, Pool};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::sqlite::SqliteOptions;
use retry_idempotency::{Admin, RedisStore};
use tokio_postgres::{Config, NoTls};

use crate::exit::Exit;

/// Opens the store at `address`; a file only to read if `read_only` is true.
///
/// No message repeats it, because it may contain a password.
pub(crate) async fn open(address: &str, prefix: Option<&str>, read_only: bool) -> Result<Box<dyn Admin>, Exit> {
    let kind = address.split_once(':').map_or("", |(kind, _)| kind);
    if prefix.is_some() && !kind.starts_with("redis") {
        return Err(Exit::Usage("only a store in Redis has a prefix; remove `--prefix`".into()));
    }
    match (kind, prefix) {
        ("sqlite", _) => sqlite(&address["sqlite:".len()..], read_only),
        ("redis" | "rediss" | "redis+unix", Some(prefix)) => {
            Ok(Box::new(RedisStore::open(address, prefix).await.map_err(failed)?))
        }
        ("redis" | "rediss" | "redis+unix", None) => {
            Err(Exit::Usage("the keys in Redis have a prefix; write `--prefix NAME`, as your service opens it".into()))
        }
        ("postgres" | "postgresql", _) => postgres(address).await,
        _ => Err(Exit::Usage(
            "the kind of store is unknown; write `sqlite:PATH`, `redis://HOST/DB` or `postgres://USER@HOST/DB`".into(),
        )),
    }
}

/// Opens a file of a store.
///
/// A mistyped path must not become an empty one, and another program's file stays unchanged.
fn sqlite(path: &str, read_only: bool) -> Result<Box<dyn Admin>, Exit> {
    if !Path::new(path).is_file() {
        return Err(Exit::StoreFailed(format!("`{path}` is not a file; write the path that your service opens")));
    }
    let options = SqliteOptions::new();
    let options = if read_only { options.read_only() } else { options.existing() };
    Ok(Box::new(options.open(path).map_err(failed)?))
}

async fn postgres(address: &str) -> Result<Box<dyn Admin>, Exit> {
    let unreadable = |error| {
        Exit::Usage(format!("the address of the database cannot be read ({error}); write `postgres://USER@HOST/DB`"))
    };
    let config: Config = address.parse().map_err(unreadable)?;
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1).build();
    let pool = pool.map_err(|error| Exit::StoreFailed(error.to_string()))?;
    // The settings that `open` checks matter to effects, not to an operator.
    Ok(Box::new(PostgresStore::open_for_effects_inside(pool).await.map_err(failed)?))
}

/// Returns the error with all its sources.
///
/// The client's own message says little.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(crate) fn failed(error: retry_idempotency::StoreError) -> Exit {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        let more = error.to_string();
        if !message.contains(&more) {
            message = format!("{message}: {more}");
        }
        source = error.source();
    }
    Exit::StoreFailed(message)
}

//! The store in Redis, beside `SET NX` and `SET`, and beside the least that refuses a late finish.

use std::env;
use std::sync::{Arc, LazyLock};

use redis::aio::ConnectionManager;
use redis::{Client, Script, cmd};
use retry_idempotency::{RedisStore, Store};

use super::load;
use crate::Outcome;

pub(super) async fn print(keys: usize) -> Outcome {
    let url = url();
    let connection = match connect().await {
        Ok(connection) => connection,
        Err(error) => {
            println!("Redis: skipped, {error}");
            return Ok(());
        }
    };
    let prefix = super::own_name();
    let outcome = print_on(&url, &connection, &prefix, keys).await;
    clean(connection, &prefix).await?;
    outcome
}

/// Address of the server of the tests.
pub(crate) fn url() -> String {
    env::var("RETRY_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".into())
}

pub(crate) async fn connect() -> Outcome<ConnectionManager> {
    let url = url();
    let connection = Client::open(&*url)?.get_connection_manager().await;
    connection.map_err(|error| format!("none at {url}: {error}").into())
}

async fn print_on(url: &str, connection: &ConnectionManager, prefix: &str, keys: usize) -> Outcome {
    let store = RedisStore::open(url, prefix).await?;
    store.acknowledge().await?;
    let store: Arc<dyn Store> = Arc::new(store);
    let mut stored = 0;
    for wanted in [super::FEW, keys] {
        while stored < wanted {
            let filling: Vec<_> = (0..100).map(|_| tokio::spawn(fill(Arc::clone(&store)))).collect();
            for task in filling {
                task.await??;
            }
            stored += 100 * EACH;
        }
        println!("Redis, {wanted} keys or more; the floor is SET NX and SET");
        for callers in super::CALLERS {
            load::print_beside(&store, callers, || floor(connection.clone(), prefix.to_owned())).await?;
        }
        println!("  beside SET NX and a script that compares the owner before it sets:");
        load::print_beside(&store, 16, || fenced_floor(connection.clone(), prefix.to_owned())).await?;
    }
    let before = scripts(connection).await?;
    for _ in 0..500 {
        load::pair(&*store, &load::new_key()).await?;
    }
    let of_steps = scripts(connection).await? - before;
    println!("  {of_steps} scripts for 1000 steps, with those of other programs");
    Ok(())
}

const EACH: usize = 10;

async fn fill(store: Arc<dyn Store>) -> Outcome {
    for _ in 0..EACH {
        load::pair(&*store, &load::new_key()).await?;
    }
    Ok(())
}

pub(crate) async fn floor(mut connection: ConnectionManager, prefix: String) -> Outcome {
    let name = format!("{prefix}\0floor\0{}", load::new_key());
    let () = cmd("SET").arg(&name).arg(&load::RESULT[..40]).arg("NX").query_async(&mut connection).await?;
    let () =
        cmd("SET").arg(&name).arg(&load::RESULT[..]).arg("PX").arg(86_400_000).query_async(&mut connection).await?;
    Ok(())
}

/// Like [`floor`], but a holder that has lost the key completes nothing: Redis 7 has no command that compares and sets.
async fn fenced_floor(mut connection: ConnectionManager, prefix: String) -> Outcome {
    static FINISH: LazyLock<Script> = LazyLock::new(|| {
        Script::new(
            "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1",
        )
    });
    let name = format!("{prefix}\0floor\0{}", load::new_key());
    let owner = &load::RESULT[..40];
    let () = cmd("SET").arg(&name).arg(owner).arg("NX").query_async(&mut connection).await?;
    let mut finish = FINISH.key(&name);
    finish.arg(owner).arg(&load::RESULT[..]).arg(86_400_000);
    match finish.invoke_async(&mut connection).await? {
        1 => Ok(()),
        _ => Err("a key that is held is lost".into()),
    }
}

/// Returns the number of scripts that the server has run.
async fn scripts(connection: &ConnectionManager) -> Outcome<u64> {
    let stats: String = cmd("INFO").arg("commandstats").query_async(&mut connection.clone()).await?;
    let calls = stats.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:calls=")?.split(',').next());
    Ok(calls.ok_or("no script has run")?.parse()?)
}

pub(crate) async fn clean(mut connection: ConnectionManager, prefix: &str) -> Outcome {
    let mut cursor = 0_u64;
    loop {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{prefix}*")).arg("COUNT").arg(1000);
        let (next, names): (u64, Vec<Vec<u8>>) = scan.query_async(&mut connection).await?;
        if !names.is_empty() {
            let () = cmd("UNLINK").arg(names).query_async(&mut connection).await?;
        }
        if next == 0 {
            return Ok(());
        }
        cursor = next;
    }
}

//! Requests through the layer over loopback, with keep-alive: compared with a handler without it, with handlers that do the
//! least of a store themselves, and with axum-idempotent, in interleaved rounds of one run.

mod connection;
mod rounds;
mod services;

use tokio::runtime::Builder;

use crate::Outcome;
use crate::layer::rounds::{Subject, print_group};
use crate::layer::services::{memory, plain, postgres, redis, sqlite, theirs};
use crate::stores::postgres::drop_schema;

const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Runs the stores of these names, or all.
pub(crate) fn print(arguments: &[&str]) -> Outcome {
    const NAMES: [&str; 4] = ["memory", "sqlite", "redis", "postgres"];
    if let Some(unknown) = arguments.iter().find(|name| !NAMES.contains(name)) {
        return Err(format!("no store `{unknown}`; write `memory`, `sqlite`, `redis`, `postgres`").into());
    }
    let is_asked = |name: &str| arguments.is_empty() || arguments.contains(&name);
    println!(
        "requests a second and microseconds, medians of {} interleaved rounds; a response has 200 bytes",
        rounds::ROUNDS
    );
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        if is_asked("memory") {
            print_memory().await?;
        }
        if is_asked("sqlite") {
            let ours = sqlite::open().await?;
            let floor = Subject::new("no layer", plain::serve().await?);
            print_group("SQLite, NORMAL, beside no layer", floor, vec![ours.named("layer")]).await?;
            sqlite::clean()?;
        }
        if is_asked("redis")
            && let Some([floor, ours]) = opened("Redis", redis::open().await)
        {
            let group = "Redis, beside a handler that does SET NX and SET";
            print_group(group, floor.named("floor"), vec![ours.named("layer"), ours.replays("replays")]).await?;
            redis::clean().await?;
        }
        if is_asked("postgres")
            && let Some((pool, [floor, ours])) = opened("PostgreSQL", postgres::open().await)
        {
            let group = "PostgreSQL, beside a handler that does an INSERT and an UPDATE";
            print_group(group, floor.named("floor"), vec![ours.named("layer"), ours.replays("replays")]).await?;
            drop_schema(&pool).await?;
        }
        Ok(())
    })
}

async fn print_memory() -> Outcome {
    let floor = Subject::new("no layer", plain::serve().await?);
    let ours = Subject::new("layer", memory::serve().await?);
    let replays = ours.replays("replays");
    print_group("memory, new keys, beside no layer", floor, vec![ours]).await?;
    let theirs = Subject::new("axum-idempotent", theirs::serve().await?).replays("axum-idempotent").with_session();
    print_group("memory, replays, beside axum-idempotent's", theirs, vec![replays]).await
}

/// Returns what was opened, or says why it was not.
fn opened<T>(name: &str, opened: Outcome<T>) -> Option<T> {
    match opened {
        Ok(subjects) => Some(subjects),
        Err(error) => {
            println!("{name}: skipped, {error}");
            None
        }
    }
}

//! Requests through the layer over loopback, with keep-alive: compared with a handler without it, with handlers that do the
//! least of a store themselves, and with axum-idempotent, in interleaved rounds of one run.

mod connection;
mod costs;
mod rounds;
mod services;

use axum::Router;
use tokio::runtime::Builder;

use crate::Outcome;
use crate::layer::rounds::{Subject, print_group};
use crate::layer::services::{listen, memory, plain, postgres, redis, sqlite, theirs};
use crate::stores::postgres::drop_schema;

const NAMES: [&str; 4] = ["memory", "sqlite", "redis", "postgres"];
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Runs the stores of these names, or all.
pub(crate) fn print(arguments: &[&str]) -> Outcome {
    match *arguments {
        ["costs"] => return costs::print(),
        // What `costs` runs under valgrind.
        ["run", case, times] => return costs::run(case, times.parse()?),
        // For a profiler: the requests of one service, and nothing else.
        ["load", service, connections, seconds] => return load(service, connections.parse()?, seconds.parse()?),
        _ => {}
    }
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
            let floor = Subject::new("no layer", listen(plain::router()).await?);
            let ours = Subject::new("layer", listen(sqlite::open()?).await?);
            print_group("SQLite, NORMAL, beside no layer", floor, vec![ours]).await?;
            sqlite::clean()?;
        }
        if is_asked("redis")
            && let Some([floor, ours]) = opened("Redis", redis::open().await)
        {
            let group = "Redis, beside a handler that does SET NX and SET";
            print_beside_floor(group, floor, ours, 1).await?;
            redis::clean().await?;
        }
        if is_asked("postgres")
            && let Some((pool, [floor, ours])) = opened("PostgreSQL", postgres::open().await)
        {
            let group = "PostgreSQL, beside a handler that does an INSERT and an UPDATE";
            print_beside_floor(group, floor, ours, 16).await?;
            drop_schema(&pool).await?;
        }
        Ok(())
    })
}

fn load(service: &str, connections: usize, seconds: u64) -> Outcome {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let router = match service {
            "plain" => plain::router(),
            "memory" => memory::router(),
            "redis-floor" => redis::open().await?.into_iter().next().ok_or("no floor")?,
            "redis" => redis::open().await?.into_iter().nth(1).ok_or("no layer")?,
            "postgres-floor" => postgres::open().await?.1.into_iter().next().ok_or("no floor")?,
            "postgres" => postgres::open().await?.1.into_iter().nth(1).ok_or("no layer")?,
            _ => return Err("no such service".into()),
        };
        rounds::load(Subject::new("load", listen(router).await?), connections, seconds).await
    })
}

async fn print_memory() -> Outcome {
    let floor = Subject::new("no layer", listen(plain::router()).await?);
    let ours = Subject::new("layer", listen(memory::router()).await?).with_goal(0.75, 64);
    let replays = ours.replays("replays").with_goal(1.0, 1);
    print_group("memory, new keys, beside no layer", floor, vec![ours]).await?;
    let theirs =
        Subject::new("axum-idempotent", listen(theirs::router()).await?).replays("axum-idempotent").with_session();
    print_group("memory, replays, beside axum-idempotent's", theirs, vec![replays]).await
}

/// The goal is for `connections` and more.
async fn print_beside_floor(title: &str, floor: Router, ours: Router, connections: usize) -> Outcome {
    let ours = Subject::new("layer", listen(ours).await?).with_goal(0.8, connections);
    let replays = ours.replays("replays");
    print_group(title, Subject::new("floor", listen(floor).await?), vec![ours, replays]).await
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

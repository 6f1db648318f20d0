//! Client of a JSON API that is small enough to copy: retries, timeouts, a breaker, a budget, keys, a cache, settings, a log.
//!
//! ```sh
//! cargo run --example api_client -- http://127.0.0.1:8080 <<'REQUESTS'
//! GET /items/7
//! POST /orders {"item": 7}
//! REQUESTS
//! ```
//!
//! Copy `client.rs`, `error.rs`, `log.rs` and `retries.yaml`, and add what they depend on:
//!
//! ```toml
//! [dependencies]
//! retry-runtime = { version = "0.1", features = ["idempotency-key", "moka", "report", "reqwest", "settings", "tracing"] }
//! moka = { version = "0.12", features = ["future"] }
//! reqwest = { version = "0.13", features = ["json"] } # its default features have TLS
//! serde_json = "1"
//! thiserror = "2"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }
//! tracing = "0.1"
//! tracing-subscriber = "0.3"
//! ```
//!
//! Then replace `Value` by your types, and give each operation that differs its own policy. `RETRY_ENV` chooses the environment (`development`),
//! `RETRY_FILE` the settings, and `API_TOKEN` is sent as a bearer token.

mod client;
mod error;
mod log;

use std::env;
use std::error::Error;
use std::iter::successors;

use retry_runtime::settings::Settings;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

use crate::client::Client;
use crate::log::Totals;

/// Makes the call of one line, as `GET /items/7` or `POST /orders {"item": 7}`, and returns what to print.
async fn call(client: &Client, line: &str) -> Result<String, Box<dyn Error>> {
    let mut words = line.splitn(3, ' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = serde_json::from_str::<Value>(words.next().unwrap_or_default());
    let answer = match method {
        "GET" => {
            let answer = client.get(path).await?;
            let stale = answer.age().map(|age| format!(" (stale, {:.1} s old)", age.as_secs_f64())).unwrap_or_default();
            return Ok(format!("{}{stale}", *answer));
        }
        "POST" => client.post(path, &body?).await?,
        "PUT" => client.put(path, &body?).await?,
        "DELETE" => client.delete(path).await?,
        _ => return Err("write `GET /path`, `DELETE /path`, `POST /path {..}` or `PUT /path {..}`".into()),
    };
    Ok(answer.to_string())
}

/// Returns the messages of the error and of its sources: the outermost alone says little.
fn with_causes(error: &dyn Error) -> String {
    let messages = successors(Some(error), |error| (*error).source()).map(ToString::to_string);
    messages.collect::<Vec<_>>().join(": ")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let base = env::args().nth(1).ok_or("write the address of an API, as http://127.0.0.1:8080")?;
    let client = Client::new(base.parse()?, env::var("API_TOKEN").ok())?;
    // Before the first call. A file with a fault ends the program here, with all its faults.
    let file = env::var("RETRY_FILE").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/retries.yaml").into());
    let settings = Settings::from_file(file).default_environment("development").load()?;
    eprintln!("{}", settings.loaded());

    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match call(&client, &line).await {
            Ok(answer) => println!("{answer}"),
            Err(error) => println!("error: {}", with_causes(&*error)),
        }
    }
    let report = retry_runtime::report();
    println!("{}\n\n{report}", Totals::new(&report));
    Ok(())
}

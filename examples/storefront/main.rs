//! A shop that fails by a script, and a client that lives with it.
//!
//! An axum server on a free port of this machine answers with 503, with 429 and a Retry-After, too late, with half an
//! answer, with JSON that ends midway, with 401, with an empty page, or not at all. Seven annotated functions
//! (`client.rs`, the place to start reading) call it a few hundred times, and a table shows what their retries did.
//!
//! ```text
//! cargo run --example storefront
//! cargo run --example storefront -- --seed 7 --calls 1000
//! cargo run --example storefront -- --json
//! ```
//!
//! The table is the same every time for the same seed: the script decides by operation, call and attempt
//! (`script.rs`), each call draws its waits from a generator of its own (`chance.rs`), and no number in the table was
//! read from a clock.

mod args;
mod chance;
mod client;
mod drive;
mod error;
mod journal;
mod operation;
mod report;
mod script;
mod server;
mod shop;
mod stats;
mod visit;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use reqwest::redirect::Policy;
use retry_examples::output::{finish, print, refuse};

use crate::args::{Args, Request};
use crate::script::Script;
use crate::stats::Report;
use crate::visit::Street;

fn main() -> ExitCode {
    let args = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Run(args)) => args,
        Ok(Request::Help) => return finish(print(args::HELP)),
        Err(fault) => return refuse(&fault),
    };
    finish(run(&args).and_then(|report| print(&shown(&report, args.json)?)))
}

#[tokio::main]
async fn run(args: &Args) -> Result<Report, Box<dyn Error>> {
    retry_runtime::random::install(chance::draw)?;
    let script = Script::new(args.seed);
    let doors = server::open(script).await?;
    let client = http_client()?;
    let street = Arc::new(Street { client, doors, script });
    Ok(drive::drive(street, args.calls).await?.into_report(args.seed))
}

/// Loopback needs no proxy; the only retries are to be ours; and a refused connection proves that nothing happened only
/// if it is not that of a redirect.
fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).redirect(Policy::none()).build()
}

fn shown(report: &Report, json: bool) -> Result<String, Box<dyn Error>> {
    if json { Ok(serde_json::to_string_pretty(report)? + "\n") } else { Ok(report::render(report)) }
}

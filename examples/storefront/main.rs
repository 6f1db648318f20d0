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
//! cargo run --example storefront -- --serve
//! ```
//!
//! The table is the same every time for the same seed: the script decides by operation, call and attempt
//! (`script.rs`), each call draws its delays from a generator of its own (`random.rs`), and no number in the table was
//! read from a clock.
//!
//! With `--serve` it calls for ever and serves the live page of its retries; then faults come and go (`waves.rs`).

mod args;
mod calls;
mod client;
mod error;
mod journal;
mod operation;
mod random;
mod report;
#[cfg(test)]
mod review;
mod script;
mod serve;
mod server;
mod shop;
mod stats;
mod visit;
mod waves;

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
    let done = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Run(args)) => run(&args).and_then(|report| print(&shown(&report, args.json)?)),
        Ok(Request::Serve { seed, port }) => serve(seed, port),
        Ok(Request::Help) => print(args::HELP),
        Err(fault) => return refuse(&fault),
    };
    finish(done)
}

#[tokio::main]
async fn run(args: &Args) -> Result<Report, Box<dyn Error>> {
    let street = street(Script::new(args.seed)).await?;
    Ok(calls::make(street, args.calls).await?.into_report(args.seed))
}

#[tokio::main]
async fn serve(seed: u64, port: u16) -> Result<(), Box<dyn Error>> {
    serve::serve(street(Script::in_waves(seed)).await?, port).await
}

/// Opens the shop, and what calls need to go there.
async fn street(script: Script) -> Result<Arc<Street>, Box<dyn Error>> {
    retry_runtime::random::install(random::draw)?;
    let doors = server::open(script).await?;
    Ok(Arc::new(Street { client: http_client()?, doors, script }))
}

/// Loopback needs no proxy; the only retries are to be ours; and a refused connection proves that nothing happened only
/// if it is not that of a redirect.
fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).redirect(Policy::none()).build()
}

fn shown(report: &Report, json: bool) -> Result<String, Box<dyn Error>> {
    if json { Ok(serde_json::to_string_pretty(report)? + "\n") } else { Ok(report::render(report)) }
}

//! Payments while their store fails: cut off, silent, killed, stopped, full, read-only, set back, with a clock that jumps.
//!
//! Each scene has clients that pay through `once` and through the layer for axum, and a fault in the middle. The effects are
//! counted where they happen, at a gateway: whatever the store does, no payment is made twice, and nobody receives a success
//! without one. PostgreSQL and Redis are started for the run, in a folder of their own.
//!
//! ```text
//! cargo run --release --example faults
//! cargo run --release --example faults -- silence redis-full
//! cargo run --release --example faults -- --short
//! ```
//!
//! The place to start reading is `shop.rs`: what a service writes. `scene.rs` lists the faults.

mod args;
mod clients;
mod clock;
mod counts;
mod gateway;
mod harness;
#[allow(dead_code, unreachable_pub, reason = "the tests use all of it")]
#[path = "../../tests/src/proxy.rs"]
mod proxy;
mod report;
mod scene;
mod server;
mod shop;

use std::process::ExitCode;

use retry_examples::output::{finish, print, refuse};

use crate::args::Request;

fn main() -> ExitCode {
    let args = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Run(args)) => args,
        Ok(Request::Help) => return finish(print(args::HELP)),
        Err(fault) => return refuse(&fault),
    };
    finish(harness::run(&args).and_then(|rows| {
        print(&report::render(&args, &rows))?;
        match report::wrong(&rows) {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(wrong.join("; ").into()),
        }
    }))
}

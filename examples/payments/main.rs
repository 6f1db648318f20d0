//! A payment service that is killed again and again, and charges nobody twice.
//!
//! The harness starts servers (this program again), kills them at random and at chosen places, stops them for longer than
//! their lease, and loses their answers. Its clients are annotated functions (`clients.rs`) that ask again with the same
//! key. At the end the ledger is counted: one row for each payment.
//!
//! ```text
//! cargo run --example payments
//! cargo run --example payments -- --effect steps
//! cargo run --example payments -- --broken finish-after-commit
//! cargo run --release --example payments -- --long --store postgres --servers 3
//! ```
//!
//! The place to start reading is `body.rs`: what a service writes. All else makes its life hard, or counts.

mod args;
mod body;
mod broken;
mod clients;
mod counts;
mod error;
mod fleet;
mod gateway;
mod harness;
mod kills;
mod ledger;
mod pass_log;
mod plan;
mod proxy;
mod report;
mod server;
mod store;
mod wire;

use std::process::ExitCode;

use retry_examples::output::{finish, print, refuse};

use crate::args::Request;

fn main() -> ExitCode {
    if let Some(plan) = plan::of_server() {
        return finish(plan.and_then(|plan| server::run(&plan)));
    }
    let args = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Run(args)) => args,
        Ok(Request::Help) => return finish(print(args::HELP)),
        Err(fault) => return refuse(&fault),
    };
    finish(harness::run(&args).and_then(|counts| {
        print(&report::render(&args, &counts))?;
        match counts.wrong(&args) {
            wrong if wrong.is_empty() => Ok(()),
            wrong => Err(wrong.join("; ").into()),
        }
    }))
}

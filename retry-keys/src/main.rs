//! `retry-keys`: operators' command for idempotency keys.
//!
//! It works on the keys in a store of `retry-idempotency`.
//!
//! `--help` lists its commands and options.

mod args;
mod commands;
mod doctor;
mod exit;
mod finding;
mod output;
mod store;

use std::process::ExitCode;

use crate::args::Request;
use crate::exit::{Exit, print};

fn main() -> ExitCode {
    let exit = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Help) => print(args::HELP),
        Ok(Request::Run(args)) => match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(commands::run(&args)),
            Err(error) => Exit::StoreFailed(error.to_string()),
        },
        Err(message) => Exit::Usage(message),
    };
    exit.report()
}

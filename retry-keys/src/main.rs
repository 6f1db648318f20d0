//! `retry-keys`: what operators do with the idempotency keys in a store of `retry-runtime`. `--help` says how.

mod act;
mod args;
mod report;
mod store;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::Request;

/// How the command ends; `--help` lists the numbers.
pub(crate) enum End {
    Done,
    Failed(String),
    Misused(String),
    Unknown(String),
    Refused(String),
}

impl End {
    fn code(self) -> ExitCode {
        let (code, words) = match self {
            Self::Done => return ExitCode::SUCCESS,
            Self::Failed(words) => (1, words),
            Self::Misused(words) => (2, words),
            Self::Unknown(words) => (3, words),
            Self::Refused(words) => (4, words),
        };
        eprintln!("error: {words}");
        ExitCode::from(code)
    }
}

fn main() -> ExitCode {
    let end = match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Help) => print(args::HELP),
        Ok(Request::Act(args)) => match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(act::act(&args)),
            Err(error) => End::Failed(error.to_string()),
        },
        Err(fault) => End::Misused(fault),
    };
    end.code()
}

/// Prints `text` on stdout. A reader that has seen enough, like `head`, is no error.
pub(crate) fn print(text: &str) -> End {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => End::Failed(error.to_string()),
        _ => End::Done,
    }
}

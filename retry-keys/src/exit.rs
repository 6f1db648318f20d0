//! Ends of the command, and their exit codes.

use std::io::{self, Write};
use std::process::ExitCode;

/// End of the command; `--help` lists the exit codes.
pub(crate) enum Exit {
    Done,
    StoreFailed(String),
    Usage(String),
    UnknownKey(String),
    NotResolved(String),
}

impl Exit {
    /// Prints the error, if there is one, and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (code, message) = match self {
            Self::Done => return ExitCode::SUCCESS,
            Self::StoreFailed(message) => (1, message),
            Self::Usage(message) => (2, message),
            Self::UnknownKey(message) => (3, message),
            Self::NotResolved(message) => (4, message),
        };
        eprintln!("error: {message}");
        ExitCode::from(code)
    }
}

/// Prints `text` on stdout.
pub(crate) fn print(text: &str) -> Exit {
    match io::stdout().write_all(text.as_bytes()) {
        // A reader such as `head` closes the pipe when it has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::StoreFailed(error.to_string()),
        _ => Exit::Done,
    }
}

//! Output and exit code of a program.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// Prints `text` on stdout. A reader that has seen enough, like `head`, is no error.
///
/// # Errors
///
/// If it cannot be written.
pub fn print(text: &str) -> Result<(), Box<dyn Error>> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// 0, or 1 after an error, which is said on stderr.
pub fn finish(done: Result<(), Box<dyn Error>>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// 2, for a command line with this fault, which is said on stderr.
pub fn refuse(fault: &str) -> ExitCode {
    eprintln!("error: {fault}");
    ExitCode::from(2)
}

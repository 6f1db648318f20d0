//! Ends of the command, and their exit codes.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

/// End of the command; `--help` lists the exit codes.
pub(crate) enum Exit {
    Done,
    StoreFailed(String),
    Usage(String),
    UnknownKey(String),
    NotResolved(String),
    /// `doctor` has printed what loses keys.
    FoundFault,
}

impl Exit {
    /// Prints the error, if there is one, and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (code, message) = match self {
            Self::Done => return ExitCode::SUCCESS,
            Self::FoundFault => return ExitCode::from(1),
            Self::StoreFailed(message) => (1, message),
            Self::Usage(message) => (2, message),
            Self::UnknownKey(message) => (3, message),
            Self::NotResolved(message) => (4, message),
        };
        eprintln!("error: {}", escape(&message));
        ExitCode::from(code)
    }
}

/// Prints `text` on stdout, without what controls a terminal.
pub(crate) fn print(text: &str) -> Exit {
    match io::stdout().write_all(escape(text).as_bytes()) {
        // A reader such as `head` closes the pipe when it has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::StoreFailed(error.to_string()),
        _ => Exit::Done,
    }
}

/// Escapes what controls a terminal or reorders its text.
///
/// These are control characters except the line feed, and format characters.
/// Names, results and messages come from clients. The escapes are those of JSON, so JSON stays JSON with the same meaning.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' || !(character.is_control() || is_format(character)) {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// Returns true for format characters and separators of lines.
///
/// They are Unicode's Cf, Zl and Zp, which include those of bidirectional text.
const fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}'
            | '\u{e0020}'..='\u{e007f}'
    )
}

//! Classification of an error whose type is hidden, by its debug output.
//!
//! `anyhow` and `eyre` convert their error into a `Box<dyn Error>` whose type is private. Display and source are those of the error
//! inside, and so is the alternate debug output, which begins with the name of the type or of its variant.

use std::error::Error;
use std::format;
use std::io::ErrorKind;

use crate::Class;
use crate::adapters::classification::Classification;
use crate::adapters::{io_kind, os_errors};

/// Kinds that [`io_kind`] does not classify as `Permanent`.
const KINDS: [ErrorKind; 17] = [
    ErrorKind::TimedOut,
    ErrorKind::WouldBlock,
    ErrorKind::ConnectionRefused,
    ErrorKind::AddrNotAvailable,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::BrokenPipe,
    ErrorKind::NotConnected,
    ErrorKind::UnexpectedEof,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::NetworkDown,
    ErrorKind::ResourceBusy,
    ErrorKind::ExecutableFileBusy,
    ErrorKind::Deadlock,
    ErrorKind::StaleNetworkFileHandle,
    ErrorKind::InvalidData,
];

/// Returns the classification of a hidden `io::Error` or `Elapsed`.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<Classification> {
    let text = format!("{error:#?}");
    if text == "Elapsed(\n    (),\n)" {
        return Some(Classification::from_class(Class::Timeout));
    }
    io_error(&text).map(Classification::from_class)
}

/// Returns the class of an `io::Error` by its debug output.
///
/// The output is that of a code, of a kind, or of a kind with a text.
fn io_error(text: &str) -> Option<Class> {
    if let Some(fields) = text.strip_prefix("Os {\n    code: ") {
        let (code, rest) = fields.split_once(",\n    kind: ")?;
        return code.parse().ok().and_then(os_errors::class).or_else(|| kind(rest.split_once(',')?.0));
    }
    let name = text
        .strip_prefix("Kind(\n    ")
        .or_else(|| text.strip_prefix("Error {\n    kind: "))
        .or_else(|| text.strip_prefix("Custom {\n    kind: "))?;
    kind(name.split_once(',')?.0)
}

fn kind(name: &str) -> Option<Class> {
    KINDS.into_iter().find(|kind| format!("{kind:?}") == name).and_then(io_kind::class_of_kind)
}

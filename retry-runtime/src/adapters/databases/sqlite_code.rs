//! Classes of result codes of SQLite.

use crate::Class;

/// Returns the class of an extended or primary [result code].
///
/// [result code]: https://www.sqlite.org/rescode.html
pub(super) fn class(code: i32) -> Class {
    // The low byte of an extended code is its primary code.
    match code & 0xff {
        // BUSY, LOCKED, PROTOCOL, SCHEMA
        5 | 6 | 15 | 17 => Class::Conflict,
        _ => Class::Permanent,
    }
}

/// Expands to the docs of [`class`].
macro_rules! table {
    () => {
        "| class | result codes |
|---|---|
| `Conflict` | `SQLITE_BUSY` (also `BUSY_SNAPSHOT`, `BUSY_RECOVERY`, `BUSY_TIMEOUT`), `SQLITE_LOCKED`, `SQLITE_PROTOCOL` (the start of a transaction lost a race for the log), `SQLITE_SCHEMA` |
| `Permanent` | all others, among them `SQLITE_CONSTRAINT`, `SQLITE_FULL`, `SQLITE_IOERR`, and `SQLITE_INTERRUPT`: the application's own cancel |"
    };
}

pub(super) use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_have_the_class_of_their_primary_code() {
        for code in [5, 6, 15, 17, 261, 517, 773, 262, 518] {
            assert_eq!(class(code), Class::Conflict, "{code}");
        }
        for code in [1, 7, 9, 10, 13, 14, 19, 2067, 778, 101] {
            assert_eq!(class(code), Class::Permanent, "{code}");
        }
    }
}

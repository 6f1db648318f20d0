//! Classes of SQLSTATE codes, by PostgreSQL and what speaks its protocol.

use crate::Class;

/// Message of a statement that a person or a program canceled, in English.
const CANCELED_BY_REQUEST: &str = "canceling statement due to user request";

/// Returns the class of a code of PostgreSQL's [appendix A].
///
/// The table is in the docs of the adapters, which have it by [`table`].
///
/// [appendix A]: https://www.postgresql.org/docs/current/errcodes-appendix.html
pub(super) fn class(code: &str, message: &str) -> Class {
    match code {
        "40001" | "40P01" | "55P03" | "55006" => Class::Conflict,
        "53300" => Class::Throttled,
        "53000" | "53200" => Class::Unavailable,
        "57P03" | "08004" => Class::Connect,
        "57014" if message == CANCELED_BY_REQUEST => Class::Permanent,
        "57014" | "25P04" => Class::Timeout,
        "40003" | "25P03" => Class::Disconnected,
        _ if code.starts_with("08") || code.starts_with("57P") => Class::Disconnected,
        _ => Class::Permanent,
    }
}

/// Expands to the docs of [`class`].
macro_rules! table {
    () => {
        "| class | codes |
|---|---|
| `Conflict` | `40001` serialization failure, `40P01` deadlock, `55P03` a lock that `NOWAIT` or `lock_timeout` did not wait for, `55006` an object in use |
| `Throttled` | `53300` too many connections |
| `Unavailable` | `53000` insufficient resources, `53200` out of memory |
| `Connect` | `57P03` the server starts, stops or recovers, `08004` it rejected the session: no statement was run |
| `Timeout` | `57014` by `statement_timeout`, `25P04` by `transaction_timeout` |
| `Permanent` | `57014` whose message is `canceling statement due to user request`, because a retry must not undo that. The code is the same, and a server that writes its messages in another language than English has the class `Timeout` |
| `Disconnected` | all other `57P` (a backend that was terminated, a crash), all other `08`, `40003`, `25P03`: a `COMMIT` that was under way may have happened. `08001` is one of them, because a statement also ends in it when a foreign server of its cannot be reached |
| `Permanent` | all others, among them `23505` unique violation, `53100` disk full, `25006` read-only transaction, and `25P02`: a failed transaction is repeated from its `BEGIN` |"
    };
}

pub(super) use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_classes_of_the_table() {
        for row in table!().lines().skip(2) {
            let mut columns = row.trim_matches('|').split(" | ");
            let class_name = columns.next().unwrap().trim().trim_matches('`');
            for code in columns.next().unwrap().split('`').skip(1).step_by(2) {
                let is_code = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'P');
                if !is_code || row.contains("`canceling") {
                    continue;
                }
                assert_eq!(std::format!("{}", class(code, "")), class_name, "{code}");
            }
        }
    }

    #[test]
    fn a_cancel_by_request_is_permanent_and_by_a_timeout_is_not() {
        assert_eq!(class("57014", CANCELED_BY_REQUEST), Class::Permanent);
        assert_eq!(class("57014", "canceling statement due to statement timeout"), Class::Timeout);
    }

    #[test]
    fn whole_classes_of_codes_are_recognized() {
        for code in ["08000", "08001", "08003", "08006", "08007", "08P01", "57P01", "57P02", "57P04", "57P05"] {
            assert_eq!(class(code, ""), Class::Disconnected, "{code}");
        }
        for code in ["00000", "22012", "42601", "57000", "58030", "XX000", "40002", "HY000"] {
            assert_eq!(class(code, ""), Class::Permanent, "{code}");
        }
    }
}

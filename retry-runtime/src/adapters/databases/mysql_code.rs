//! Classes of error numbers of MySQL and MariaDB.

use crate::Class;

/// Returns the class of an error number.
///
/// Numbers are those of MySQL's [reference] and MariaDB's [list]; the table is in the docs of the adapter.
///
/// [reference]: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
/// [list]: https://mariadb.com/kb/en/mariadb-error-code-reference/
pub(super) fn class(number: u16) -> Class {
    match number {
        1020 | 1205 | 1213 | 1613 | 1614 | 3572 => Class::Conflict,
        1040 | 1203 | 1226 => Class::Throttled,
        1037 | 1041 | 1047 | 1637 | 3032 | 3168 => Class::Unavailable,
        1969 | 3024 => Class::Timeout,
        1053 | 1152 | 1158..=1161 | 1184 | 1927 | 4031 => Class::Disconnected,
        _ => Class::Permanent,
    }
}

/// Expands to the docs of [`class`].
macro_rules! table {
    () => {
        "| class | numbers |
|---|---|
| `Conflict` | 1213 deadlock, 1205 lock wait timeout, 3572 `NOWAIT`, 1020 a record that has changed since it was read, 1613 and 1614 an XA branch that was rolled back for one of these |
| `Throttled` | 1040 too many connections, 1203 and 1226 a limit of the user |
| `Unavailable` | 1037 and 1041 out of memory, 1047 a node of Galera that is not ready, 1637 too many transactions, 3032 offline mode, 3168 not available |
| `Timeout` | 1969 by MariaDB's `max_statement_time`, 3024 by MySQL's `max_execution_time` |
| `Disconnected` | 1053 shutdown, 1927 a killed connection, 4031 an idle one, 1152, 1158 to 1161 and 1184 a broken one: a `COMMIT` that was under way may have happened |
| `Permanent` | all others, among them 1062 duplicate key, 1290 read-only server, and 1317: a statement that somebody killed, which a retry must not undo |"
    };
}

pub(super) use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_classes_of_the_table() {
        for row in table!().lines().skip(2) {
            let mut columns = row.trim_matches('|').split(" | ");
            let class_name = columns.next().unwrap().trim().trim_matches('`');
            let words = columns.next().unwrap().split(|end: char| !end.is_ascii_digit());
            let numbers: std::vec::Vec<u16> = words.filter_map(|word| word.parse().ok()).collect();
            assert!(!numbers.is_empty(), "{row}");
            for number in numbers {
                assert_eq!(std::format!("{}", class(number)), class_name, "{number}");
            }
        }
        assert_eq!(class(1064), Class::Permanent);
    }
}

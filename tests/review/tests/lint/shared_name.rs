//! The rule of functions that share a name.

use std::io;

use retry_runtime::retry;

use super::{messages, review};

mod twins {
    use super::*;

    pub(super) struct Cart;
    pub(super) struct Order;

    impl Cart {
        #[retry(retry_on = Conflict)]
        pub(super) fn store(&self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Order {
        #[retry(retry_on = Conflict)]
        pub(super) fn store(&self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(super) const LINES: [u32; 2] = [line!() - 13, line!() - 6];
}

mod named {
    use super::*;

    pub(super) struct Cart;
    pub(super) struct Order;

    impl Cart {
        #[retry(retry_on = Conflict, name = "lint::shared_name::named::Cart::store")]
        pub(super) fn store(&self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Order {
        #[retry(retry_on = Conflict, name = "lint::shared_name::named::Order::store")]
        pub(super) fn store(&self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[test]
fn methods_of_one_name_on_two_types_need_a_name_each() {
    let findings = review("shared_name::twins").lint();
    let file = "tests/review/tests/lint/shared_name.rs";
    let name = "lint::shared_name::twins";
    let [first, second] = twins::LINES;
    let expected = format!(
        "{file}:{second} {name}::store: the function at {file}:{first} has the same name, so that a report cannot tell them \
         apart; write `name = \"{name}::Type::store\"` with the type of each `impl` [SharedName]"
    );
    assert_eq!(findings.to_string(), expected);
    assert_eq!(messages(&findings).len(), 1, "once for both");
}

#[test]
fn names_of_their_own_are_enough() {
    review("shared_name::named").lint().assert_none();
}

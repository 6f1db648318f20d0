//! Server hint that cannot be read, from its reading to the event of its attempt.
//!
//! An adapter reads the hint while an attempt's failure is classified, and does not know the operation. The failure's event
//! follows on the same thread. The class ties the two together: a hint that was read elsewhere, and had no event, is not
//! reported for a failure of another class.

use core::cell::Cell;
use std::thread_local;

use crate::Class;

thread_local! {
    static LAST: Cell<Option<(Class, &'static str)>> = const { Cell::new(None) };
}

/// Remembers the header that cannot be read, or forgets an earlier one.
pub(super) fn set(class: Class, header: Option<&'static str>) {
    LAST.set(header.map(|header| (class, header)));
}

/// Returns the header that was remembered, and forgets it.
pub(super) fn take() -> Option<(Class, &'static str)> {
    LAST.take()
}

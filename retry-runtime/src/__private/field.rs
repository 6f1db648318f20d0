//! What `#[derive(Classify)]` reads out of a field that an attribute names.

use core::time::Duration;

/// A field that `retry_after` names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no hint",
    label = "`retry_after` needs a `Duration` or an `Option<Duration>`",
    note = "a number has no unit; keep a `core::time::Duration` in the error"
)]
pub trait HintField {
    /// The hint, if there is one.
    fn hint(&self) -> Option<Duration>;
}

impl HintField for Duration {
    fn hint(&self) -> Option<Duration> {
        Some(*self)
    }
}

impl HintField for Option<Duration> {
    fn hint(&self) -> Option<Duration> {
        *self
    }
}

/// A field that holds an HTTP status.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no HTTP status",
    label = "a status is a `u16`, an `http::StatusCode`, or any `Clone + Into<u16>`",
    note = "if the variant `Status` holds something else, say its class: `#[classify(Permanent)]`"
)]
pub trait StatusField {
    /// The status.
    fn status(&self) -> u16;
}

#[diagnostic::do_not_recommend]
impl<S: Clone + Into<u16>> StatusField for S {
    fn status(&self) -> u16 {
        self.clone().into()
    }
}

//! Values that `#[derive(Classify)]` reads from a field.

use core::time::Duration;

/// Field that `retry_after` names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server hint",
    label = "`retry_after` needs a `Duration` or an `Option<Duration>`",
    note = "a number has no unit; keep a `core::time::Duration` in the error"
)]
pub trait HintField {
    /// Returns the server hint, if there is one.
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

/// Field that holds an HTTP status.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an HTTP status",
    label = "a status is a `u16`, an `http::StatusCode`, or any `Clone + Into<u16>`",
    note = "if the variant `Status` holds something else, write its class: `#[classify(Permanent)]`"
)]
pub trait StatusField {
    /// Returns the status.
    fn status(&self) -> u16;
}

#[diagnostic::do_not_recommend]
impl<S: Clone + Into<u16>> StatusField for S {
    fn status(&self) -> u16 {
        self.clone().into()
    }
}

//! Errors that a call can return if it ends before an attempt returned one.
//!
//! Each bound names the option that can end the call so. The compiler's message then names it too.

use crate::outcome::Outcome;
use crate::stopped::Stopped;

/// Defines a bound for each option, with the note of its message.
macro_rules! options {
    ($($bound:ident: $note:tt;)*) => {$(
        /// Conversion of [`Stopped`] into the caller's error, because an option needs it.
        ///
        /// It is implemented for every type with `From<Stopped>`.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` cannot be made from `retry_runtime::Stopped`",
            label = "the call can end here before an attempt returns an error",
            note = $note
        )]
        pub trait $bound: Sized {
            /// Converts `stopped` into the caller's error.
            fn from_stopped(stopped: Stopped) -> Self;
        }

        impl<E: From<Stopped>> $bound for E {
            fn from_stopped(stopped: Stopped) -> Self {
                Self::from(stopped)
            }
        }
    )*};
}

options! {
    FromStoppedByAttemptTimeout: "`attempt_timeout` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByBreaker: "`breaker` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByCancel: "`cancel` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByIdempotencyKey: "`idempotency_key` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByConcurrency: "`concurrency` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByPace: "`pace` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
    FromStoppedByRateLimit: "`rate_limit` can end a call before an attempt returns an error; write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it";
}

/// Answer to whether a policy may interrupt an attempt.
#[derive(Debug)]
pub struct MayCut<const MAY_CUT: bool>;

/// Conversion of [`Stopped`] if the policy may interrupt an attempt.
///
/// It is implemented for every type if the policy does not, else for those with `From<Stopped>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from `retry_runtime::Stopped`",
    label = "this policy can end the call before an attempt returns an error",
    note = "the `attempt_timeout` of a `TimedPolicy` can end a call before an attempt returns an error; use a `Policy`, or write `impl From<retry_runtime::Stopped> for {Self}`, or, if `{Self}` is from another crate, return an error type of your own that contains it"
)]
pub trait FromStoppedIf<Cut>: Sized {
    /// Returns the function that makes the outcome, if a call can end so.
    fn stopped_outcome<R: Outcome<Error = Self>>() -> Option<fn(Stopped) -> R>;
}

impl<E> FromStoppedIf<MayCut<false>> for E {
    fn stopped_outcome<R: Outcome<Error = Self>>() -> Option<fn(Stopped) -> R> {
        None
    }
}

/// Keeps the compiler from inferring `MayCut<false>`.
///
/// It would be the only candidate for an error without `From<Stopped>`.
impl<E> FromStoppedIf<()> for E {
    fn stopped_outcome<R: Outcome<Error = Self>>() -> Option<fn(Stopped) -> R> {
        None
    }
}

impl<E: From<Stopped>> FromStoppedIf<MayCut<true>> for E {
    fn stopped_outcome<R: Outcome<Error = Self>>() -> Option<fn(Stopped) -> R> {
        Some(|stopped| R::failure(stopped.into()))
    }
}

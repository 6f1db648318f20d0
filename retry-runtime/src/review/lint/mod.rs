//! What is wrong with annotated functions, and with how they call each other.

mod attempt_timeout;
mod callers;
mod edges;
mod findings;
mod nested;
mod side_effects;

use core::panic::Location;
use std::vec::Vec;

pub(super) use self::edges::Declared;
use self::edges::Edges;
pub use self::findings::{Finding, Findings, Rule};
use crate::review::Review;

/// Looks for faults in every annotated function that is linked: for a test. See [`Review::lint`].
///
/// ```standalone_crate
/// # mod shop {
/// use std::io;
///
/// use retry_runtime::retry;
///
/// #[retry(retry_on = transient, name = "shop::quote")]
/// pub async fn quote() -> io::Result<u32> {
///     Ok(7)
/// }
/// # }
/// # let _ = shop::quote;
/// use retry_runtime::review::{self, Rule};
///
/// let findings = review::lint();
/// assert!(findings.to_string().contains(
///     "shop::quote: one attempt that never ends hangs the call, since no attempt timeout cuts it, nor does a deadline; \
///      write `attempt_timeout = 2s`"
/// ));
/// assert!(findings.allow("shop::quote", Rule::NoAttemptTimeout).is_empty());
/// ```
#[track_caller]
pub fn lint() -> Findings {
    Review::all().lint()
}

impl Review {
    /// Looks for what the compiler cannot see, function by function and across calls: each [`Rule`] says what.
    ///
    /// ```no_run
    /// use retry_runtime::review::{Review, Rule};
    ///
    /// #[test]
    /// fn policies_are_sound() {
    ///     Review::of("shop")
    ///         .calls("shop::checkout", "shop::pay") // through a function between them
    ///         .lint()
    ///         .allow("shop::send_ping", Rule::SideEffects) // one more ping does no harm
    ///         .assert_none();
    /// }
    /// ```
    ///
    /// # What calls what
    ///
    /// The rules across calls go by the names that a body calls. One operation calls another if its body calls a name
    /// that is the name of an annotated function of the same crate; where several are named so, those of the same
    /// module are meant, and all of them if there is none. So these are not seen: a call through a function that is not
    /// annotated, through a macro's own expansion, through a function that was passed or renamed, and into another
    /// crate. Say them with [`calls`](Self::calls). And these are seen that are none: a method of another type that
    /// has the name of an annotated function by chance, and a call in a task that is spawned, which no attempt waits
    /// for. [`Findings::allow`] accepts them.
    ///
    /// Of a policy that each call has of its own, and of a deadline or an attempt timeout that is an expression over
    /// the arguments, nothing is known, and nothing is told.
    ///
    /// A review of no function has a finding too, so that a test without its crate linked does not pass.
    #[track_caller]
    pub fn lint(&self) -> Findings {
        let mut found = Vec::new();
        if self.operations().is_empty() {
            found.push(Finding::nothing_reviewed(Location::caller()));
        }
        let edges = Edges::of(self);
        for (index, of) in self.operations().iter().enumerate() {
            found.extend(attempt_timeout::told(*of));
            found.extend(side_effects::told(*of));
            found.extend(callers::told(index, &edges));
            found.extend(nested::told(index, &edges));
        }
        found.extend(edges::unknown(self));
        Findings::new(found)
    }
}

//! Lints of annotated functions, and of calls between them.

mod attempt_timeout;
mod call_graph;
mod callers;
pub(super) mod findings;
mod nested;
mod opens_by_chance;
mod read_once;
mod server_hint;
mod shared_name;
mod side_effects;

use core::panic::Location;
use std::vec::Vec;

use self::call_graph::CallGraph;
use self::findings::{Finding, Findings};
use crate::review::policy_review::Review;

/// Lints every linked annotated function.
///
/// For tests; see [`Review::lint`].
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
///     "shop::quote: an attempt that never ends hangs the call, because it has no attempt timeout and a deadline does not \
///      interrupt it; write `attempt_timeout = 2s`"
/// ));
/// assert!(findings.allow("shop::quote", Rule::NoAttemptTimeout).is_empty());
/// ```
#[track_caller]
pub fn lint() -> Findings {
    Review::all().lint()
}

impl Review {
    /// Finds problems that the compiler cannot see; see [`Rule`](crate::review::Rule).
    ///
    /// ```no_run
    /// use retry_runtime::review::{Review, Rule};
    ///
    /// #[test]
    /// fn policies_are_sound() {
    ///     Review::of("shop")
    ///         .calls("shop::checkout", "shop::pay") // through a function between them
    ///         .lint()
    ///         .allow("shop::send_ping", Rule::SideEffects) // a second ping does no harm
    ///         .assert_none();
    /// }
    /// ```
    ///
    /// # Calls between operations
    ///
    /// The rules across calls use the names that a body calls. One operation calls another if its body calls the name of
    /// an annotated function of the same crate. If several functions have that name, those of the same module are
    /// called, or all of them if there is none.
    ///
    /// Some calls are missed: through a function that is not annotated, through the expansion of a macro, through a
    /// function that was passed or renamed, and into another crate. Declare them with [`calls`](Self::calls). Some calls
    /// are false positives: a method of another type that has the name of an annotated function by chance, and a call in
    /// a spawned task, which no attempt waits for. Accept them with [`Findings::allow`].
    ///
    /// Deadlines and attempt timeouts that are expressions over the arguments are not checked, nor are policies per call, with two
    /// exceptions: `policy = &GENTLE` is the constant, and of a `static` with a `LazyLock` the type says whether it may have
    /// an attempt timeout.
    ///
    /// A review without functions has a finding, so that a test that does not link its crate fails.
    #[track_caller]
    pub fn lint(&self) -> Findings {
        let mut found = Vec::new();
        if self.operations().is_empty() {
            found.push(Finding::nothing_reviewed(Location::caller()));
        }
        let graph = CallGraph::new(self);
        for (index, operation) in self.operations().iter().enumerate() {
            found.extend(attempt_timeout::check(*operation));
            found.extend(side_effects::check(*operation));
            found.extend(read_once::check(*operation));
            found.extend(server_hint::check(*operation));
            found.extend(opens_by_chance::check(*operation));
            found.extend(shared_name::check(index, self));
            found.extend(callers::check(index, &graph));
            found.extend(nested::check(index, &graph));
        }
        found.extend(call_graph::unknown_operations(self));
        Findings::new(found)
    }
}

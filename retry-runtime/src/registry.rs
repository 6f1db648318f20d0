//! Registrations of every linked `#[retry]`, collected without running anything.
//!
//! The policy review and the settings find operations here.

use core::fmt::{self, Debug, Formatter};

use crate::calls::PolicyType;
use crate::{AsPolicy, Operation, RateLimit, TimedPolicy};

#[doc(hidden)]
pub use inventory;

/// Options of an attribute besides its operation.
///
/// The attribute prints them; an option that is not given is empty.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // facts of the attribute, each for itself
pub struct Facts {
    /// Name of the function.
    pub function: &'static str,
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub is_async: bool,
    /// True if an option may end an attempt without a result.
    ///
    /// The error has `From<Stopped>` then.
    pub is_interruptible: bool,
    pub has_side_effects: bool,
    /// True if a retry may follow a failure that `Throttled` covers.
    pub may_be_throttled: bool,
    /// The expression of a policy per call.
    ///
    /// The operation's own policy is meaningless then.
    pub policy: &'static str,
    /// Policy of `policy = &ITEM`.
    pub known_policy: Option<fn() -> KnownPolicy>,
    /// Conditions of a retry besides classes.
    pub causes: &'static str,
    /// The expression of a deadline per call.
    pub deadline: &'static str,
    /// The expression of an attempt timeout per call.
    pub attempt_timeout: &'static str,
    /// The expression that cancels a call.
    pub cancel: &'static str,
    /// The name or expression of a shared budget, or `none`.
    pub budget: &'static str,
    pub breaker: &'static str,
    pub limit: &'static str,
    /// The rate limit that `rate_limit` names.
    pub rate: Option<&'static RateLimit>,
    pub key: &'static str,
    /// The hedge as it is written.
    pub hedge: &'static str,
    /// Arguments and the result whose types suggest that they can be read once.
    ///
    /// An example is `body: &mut TcpStream`.
    pub reads_once: &'static str,
    /// The names of the functions that the body calls, separated by spaces.
    pub calls: &'static str,
}

impl Facts {
    pub const fn new(function: &'static str, module: &'static str, file: &'static str, line: u32) -> Self {
        Self {
            function,
            module,
            file,
            line,
            is_async: false,
            is_interruptible: false,
            has_side_effects: false,
            may_be_throttled: false,
            policy: "",
            known_policy: None,
            causes: "",
            deadline: "",
            attempt_timeout: "",
            cancel: "",
            budget: "",
            breaker: "",
            limit: "",
            rate: None,
            key: "",
            hedge: "",
            reads_once: "",
            calls: "",
        }
    }
}

impl Debug for Facts {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Facts")
            .field("function", &self.function)
            .field("file", &self.file)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// Policy of a reference to an item, such as `&GENTLE`.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct KnownPolicy {
    /// The policy, unless a process computes it, as in a `LazyLock`.
    pub(crate) value: Option<TimedPolicy>,
    /// True if its type allows an attempt timeout.
    pub(crate) is_timed: bool,
}

impl KnownPolicy {
    pub fn new<P: AsPolicy>(policy: &P) -> Self {
        Self { value: policy.constant(), is_timed: <P::Policy as PolicyType>::IS_TIMED }
    }

    /// Applies the other options of the attribute.
    #[must_use]
    pub fn map(self, options: impl FnOnce(TimedPolicy) -> TimedPolicy) -> Self {
        Self { value: self.value.map(options), ..self }
    }
}

/// Registration of an annotated function.
#[doc(hidden)]
#[derive(Debug)]
pub struct Registered {
    pub(crate) operation: &'static Operation,
    pub(crate) facts: Facts,
}

impl Registered {
    pub const fn new(operation: &'static Operation, facts: Facts) -> Self {
        Self { operation, facts }
    }
}

inventory::collect!(Registered);

/// Returns all linked registrations, in no particular order.
pub(crate) fn registered() -> impl Iterator<Item = &'static Registered> {
    inventory::iter::<Registered>.into_iter()
}

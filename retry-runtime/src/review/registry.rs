//! What every `#[retry]` of the program leaves behind when it is linked, without being run.

use core::fmt::{self, Debug, Display, Formatter};

use crate::Operation;

#[doc(hidden)]
pub use inventory;

/// What an attribute says beside its operation: the attribute prints it. What it does not say is empty.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Facts {
    /// The function's name.
    pub function: &'static str,
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub is_async: bool,
    pub has_side_effects: bool,
    /// Whether a failure may be retried that `Throttled` covers, as far as the attribute alone says.
    pub may_be_throttled: bool,
    /// The policy, where each call has one of its own; the operation's says nothing then.
    pub policy: &'static str,
    /// What is retried, and what is not, beside classes.
    pub causes: &'static str,
    /// The deadline, where each call has one of its own.
    pub deadline: &'static str,
    /// The attempt timeout, where each call has one of its own.
    pub attempt_timeout: &'static str,
    /// What ends a call early.
    pub cancel: &'static str,
    /// The name of a shared budget or the expression for one, or `none`.
    pub budget: &'static str,
    pub breaker: &'static str,
    pub limit: &'static str,
    /// The rate limit itself.
    pub rate: Option<&'static (dyn Display + Sync)>,
    pub key: &'static str,
    /// The names of what the body calls, with spaces between them.
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
            has_side_effects: false,
            may_be_throttled: false,
            policy: "",
            causes: "",
            deadline: "",
            attempt_timeout: "",
            cancel: "",
            budget: "",
            breaker: "",
            limit: "",
            rate: None,
            key: "",
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

/// An annotated function of the program.
#[doc(hidden)]
#[derive(Debug)]
pub struct Registered {
    pub(super) operation: &'static Operation,
    pub(super) facts: Facts,
}

impl Registered {
    pub const fn new(operation: &'static Operation, facts: Facts) -> Self {
        Self { operation, facts }
    }
}

inventory::collect!(Registered);

/// All that were linked, in no order.
pub(super) fn registered() -> impl Iterator<Item = &'static Registered> {
    inventory::iter::<Registered>.into_iter()
}

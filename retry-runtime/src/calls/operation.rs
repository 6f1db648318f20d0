//! An annotated function, as the runtime knows it.

use retry_core::Policy;

/// An annotated function: its name and its policy. The attribute makes one `static` of it a function, which all
/// instances of a generic function share.
#[derive(Debug)]
pub struct Operation {
    name: &'static str,
    policy: Policy,
}

impl Operation {
    /// An operation: its name is `module_path!()::function`, or what the option `name` gave.
    pub const fn new(name: &'static str, policy: Policy) -> Self {
        Self { name, policy }
    }

    /// `module::path::function`, or what the option `name` gave.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The policy that the attribute wrote; a call may be under another one, from configuration.
    #[inline]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

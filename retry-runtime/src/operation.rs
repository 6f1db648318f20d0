//! An annotated function, as the runtime knows it.

use retry_core::Policy;

/// An annotated function: its name and its policy. The attribute makes one `static` of it a function, which all
/// instances of a generic function share.
#[derive(Debug)]
pub struct Operation {
    module: &'static str,
    name: &'static str,
    policy: Policy,
}

impl Operation {
    /// An operation of this module; `name` is the function's, or what the option `name` gave.
    pub const fn new(module: &'static str, name: &'static str, policy: Policy) -> Self {
        Self { module, name, policy }
    }

    /// The path of the module that holds the function; empty if the option `name` gave the name.
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// The function's name, or what the option `name` gave.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The policy that the attribute wrote; a call may be under another one, from configuration.
    #[inline]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

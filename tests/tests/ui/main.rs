//! Compiler messages: each rejection, its fix, and lints around expansions.

mod features;
mod fixes;
mod rejected;

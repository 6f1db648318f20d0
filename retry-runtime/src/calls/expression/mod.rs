//! Retries for an expression, where an attribute cannot be placed.

mod call_site;
mod delays;
mod on;

cfg_default_runtime! {
    mod on_default;

    pub use self::on_default::{call, call_if, call_mut, call_mut_if};
}
cfg_threads! {
    mod on_thread;

    pub use self::on_thread::{call_blocking, call_blocking_if};
}

pub use self::delays::Delays;
pub use self::on::{CallsOn, on};

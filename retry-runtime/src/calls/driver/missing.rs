//! What an async function meets where no async driver is built in: a message that names the feature.

use core::future::{Future, Ready, ready};

use retry_core::{Failure, Progress};

use crate::calls::call::Call;
use crate::calls::driver::Driver;
use crate::calls::held::Purse;
use crate::calls::operation::Operation;
use crate::outcome::Outcome;

/// No async driver is built in.
#[derive(Debug)]
pub struct NoDriver;

/// Nothing is this: an async function needs a driver.
#[diagnostic::on_unimplemented(
    message = "an async function needs an async driver, and none is built in",
    label = "this function is async",
    note = "enable the feature `tokio` of `retry-runtime`"
)]
pub trait NeedsDriver {}

impl Driver for NoDriver {
    fn now() -> u64 {
        0
    }

    fn failed(_: &mut Progress, _: &Failure, _: Purse<'_>) -> u64 {
        retry_core::internal::STOP
    }
}

impl Operation {
    /// Begins a call of an async function; enable the feature `tokio`.
    pub fn call<R: Outcome + NeedsDriver>(&'static self) -> Call<R, NoDriver> {
        Call::begin(self, NoDriver)
    }
}

impl<R: Outcome> Call<R, NoDriver> {
    /// Enable the feature `tokio`.
    pub fn attempt<F: Future<Output = R>>(&mut self, _: F) -> Ready<Option<R>> {
        ready(None)
    }

    /// Enable the feature `tokio`.
    pub fn attempt_if<F: Future<Output = R>, Q>(&mut self, _: F, _: Q) -> Ready<Option<R>> {
        ready(None)
    }
}

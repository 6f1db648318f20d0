//! The expansion needs no prelude.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should
#![no_implicit_prelude]

use ::core::assert_eq;
use ::core::result::Result::Err;
use ::retry_runtime::retry;
use ::retry_tests::Flaky;

#[retry(
    retry_on = (Timeout, Status(503)),
    backoff = exp(1ms, 2ms),
    clone = text,
    context = attempt,
    on_retry = |_, _| {},
    fallback = |error| Err(error)
)]
fn blocking(text: ::std::string::String, flaky: &Flaky) -> ::std::io::Result<u32> {
    ::core::mem::drop(text);
    flaky.work().map(|found| found + attempt.number())
}

#[retry(retry_on = transient, backoff = none, attempt_timeout = 5s, cancel = ::core::future::pending::<()>())]
async fn waiting(flaky: &Flaky) -> ::std::io::Result<u32> {
    flaky.work()
}

#[::core::prelude::v1::test]
fn functions_are_retried() {
    let _clock = ::retry_runtime::testing::pause();
    assert_eq!(blocking(::std::string::String::new(), &Flaky::new()).unwrap(), 6);
    let runtime = ::tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    assert_eq!(runtime.block_on(waiting(&Flaky::new())).unwrap(), 3);
}

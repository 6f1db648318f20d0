//! Crates of many small functions, under every kind of retry.

use std::fmt::Write;

use crate::Outcome;

#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Without a retry.
    Bare,
    /// A loop by hand.
    Looped,
    Annotated,
    /// `#[backon]` of backon-macros, with one builder and one predicate for all: the cheapest for the compiler.
    Backon,
}

/// The source of a library of `count` functions.
pub(crate) fn library(form: Form, is_async: bool, count: u32) -> Outcome<String> {
    let mut text = String::from(PRELUDE);
    let function = if is_async { "async fn" } else { "fn" };
    let wait = if is_async { "tokio::time::sleep(wait).await" } else { "std::thread::sleep(wait)" };
    let body = if is_async { "fetch(number).await" } else { "read(number)" };
    for number in 0..count {
        // No two policies are the same, as in a program.
        let base = 100 + number;
        match form {
            Form::Bare => {
                write!(text, "pub {function} quote_{number}(number: u64) -> Result<u64, Fault> {{ {body} }}\n\n")?;
            }
            Form::Annotated => write!(
                text,
                "#[retry_runtime::retry(max_attempts = 3, backoff = exp({base}ms, 10s), retry_on = (Timeout, Status(503)))]
pub {function} quote_{number}(number: u64) -> Result<u64, Fault> {{ {body} }}\n\n"
            )?,
            Form::Backon => write!(
                text,
                "#[backon_macros::backon(backoff = backon::ExponentialBuilder::default, when = is_transient)]
pub {function} quote_{number}(number: u64) -> Result<u64, Fault> {{ {body} }}\n\n"
            )?,
            Form::Looped => write!(
                text,
                "pub {function} quote_{number}(number: u64) -> Result<u64, Fault> {{
    let mut attempt = 1;
    loop {{
        match {body} {{
            Err(Fault::Timeout | Fault::Status(503)) if attempt < 3 => {{
                let wait = delay(Duration::from_millis({base}), Duration::from_secs(10), attempt);
                {wait};
                attempt += 1;
            }}
            outcome => return outcome,
        }}
    }}
}}\n\n"
            )?,
        }
    }
    Ok(text)
}

const PRELUDE: &str = r"#![allow(dead_code, unused_imports)]
use std::time::Duration;

#[derive(retry_runtime::Classify)]
pub enum Fault {
    Timeout,
    Status(u16),
}

#[inline(never)]
fn read(number: u64) -> Result<u64, Fault> {
    if number == 0 { Err(Fault::Status(503)) } else { Ok(number) }
}

async fn fetch(number: u64) -> Result<u64, Fault> {
    read(number)
}

fn is_transient(fault: &Fault) -> bool {
    matches!(fault, Fault::Timeout | Fault::Status(503))
}

#[inline(never)]
fn delay(base: Duration, cap: Duration, attempt: u32) -> Duration {
    base.saturating_mul(1 << (attempt - 1)).min(cap).mul_f64(fastrand::f64())
}

";

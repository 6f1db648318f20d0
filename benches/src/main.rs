//! Costs of `#[retry]`, beside a bare call, a loop by hand, backon 1.6 and tokio-retry 0.3; and of budgets and
//! breakers cost, beside tower 0.5, governor 0.10, failsafe 1.3 and recloser 1.4.
//!
//! ```text
//! cargo run --release -p retry-benches -- instructions   under callgrind; needs valgrind
//! cargo run --release -p retry-benches -- ratios         times, all in one run
//! cargo run --release -p retry-benches -- shared         budgets and breakers that two threads share
//! cargo run --release -p retry-benches -- rate_limits    callers that wait for a rate limit, in real time
//! cargo run --release -p retry-benches -- stores         stores of idempotency keys, beside their floors
//! cargo run --release -p retry-benches -- layer          the layer for axum, compared with axum-idempotent and floors
//! cargo run --release -p retry-benches -- layer costs    the same without sockets, under valgrind
//! cargo run --release -p retry-benches -- sizes          futures, code and data; needs `size` of binutils
//! cargo run --release -p retry-benches -- check          what compiling costs; needs Linux
//! ```
//!
//! The rows of `events` say what a first success costs; `--features events` turns on all that listens.

mod breakers;
mod budgets;
mod cases;
mod check;
mod clock;
mod delay;
mod generate;
mod instructions;
mod layer;
mod project;
mod rate_limits;
mod ratios;
mod shared;
mod sizes;
mod stores;
mod subject;

use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["instructions"] => instructions::print(),
        ["ratios"] => {
            ratios::print();
            Ok(())
        }
        ["shared"] => shared::print(),
        ["rate_limits"] => rate_limits::print(),
        ["stores", ref arguments @ ..] => stores::print(arguments),
        ["layer", ref arguments @ ..] => layer::print(arguments),
        ["sizes"] => sizes::print(),
        ["check"] => check::print(),
        // What `instructions` runs under valgrind.
        ["run", case, times] => cases::run(case, times.parse()?),
        _ => {
            Err("say what to measure: `instructions`, `ratios`, `shared`, `rate_limits`, `stores`, `layer`, `sizes` or `check`".into())
        }
    }
}

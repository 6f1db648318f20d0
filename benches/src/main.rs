//! What `#[retry]` costs, beside a bare call, a loop by hand, backon 1.6 and tokio-retry 0.3.
//!
//! ```text
//! cargo run --release -p retry-benches -- instructions   under callgrind; needs valgrind
//! cargo run --release -p retry-benches -- ratios         times, all in one run
//! cargo run --release -p retry-benches -- sizes          futures, code and data; needs `size` of binutils
//! cargo run --release -p retry-benches -- check          what compiling costs; needs Linux
//! ```

mod cases;
mod check;
mod delay;
mod generate;
mod instructions;
mod project;
mod ratios;
mod sizes;
mod subject;

use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["instructions"] => instructions::print(),
        ["ratios"] => {
            ratios::print();
            Ok(())
        }
        ["sizes"] => sizes::print(),
        ["check"] => check::print(),
        // What `instructions` runs under valgrind.
        ["run", case, times] => cases::run(case, times.parse()?),
        _ => Err("say what to measure: `instructions`, `ratios`, `sizes` or `check`".into()),
    }
}

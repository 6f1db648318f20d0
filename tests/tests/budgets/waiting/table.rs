//! The figures of the guide's page on budgets, each scene with each budget:
//! `cargo test -p retry-tests --all-features --test budgets table -- --nocapture`.

use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Budget, retry};
use retry_tests::Fault;

use super::interactive::{Scene, is_down, scene};
use super::{Batch, Request, Service, batch, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn three(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 5, retry_on = Timeout, budget = budget, context = attempt)]
async fn five(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// A transaction that meets three conflicts before it is done.
#[retry(max_attempts = 8, retry_on = Timeout, backoff = exp(10ms, 500ms), budget = budget, context = attempt)]
async fn eight(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// Items of a batch, how many run at once, the round trip, the attempts, and what fails.
type Row = (&'static str, (usize, usize), u64, u32, fn(Request) -> bool);

const ROWS: [Row; 6] = [
    ("100 items that fail once, 10 at a time", (100, 10), 5, 3, |request| request.attempt == 1),
    ("1,000 items that fail once, 200 at a time", (1000, 200), 5, 3, |request| request.attempt == 1),
    ("64 transactions with three conflicts each, `max_attempts = 8`", (64, 64), 5, 8, |request| request.attempt < 4),
    ("1,000 items, 50 at a time, down for 0.3 s, `max_attempts = 5`", (1000, 50), 5, 5, |request| {
        request.at < millis(300)
    }),
    ("1,000 items, 50 at a time, down for 1 s, `max_attempts = 5`", (1000, 50), 5, 5, |request| {
        request.at < millis(1000)
    }),
    ("2,000 items, 50 at a time, down for 20 s, `max_attempts = 5`", (2000, 50), 100, 5, |request| {
        request.at < millis(20_000)
    }),
];

fn run((_, (items, at_once), round_trip, attempts, fails): Row, budget: Budget) -> Batch {
    on_virtual_time(7, async move {
        let (service, budget) = (Service::new(millis(round_trip), fails), Rc::new(budget));
        match attempts {
            3 => batch(items, at_once, |_| three(service.clone(), budget.clone())).await,
            5 => batch(items, at_once, |_| five(service.clone(), budget.clone())).await,
            _ => batch(items, at_once, |_| eight(service.clone(), budget.clone())).await,
        }
    })
}

/// A budget that never denies anything, as `budget = none`.
fn unlimited() -> Budget {
    Budget::credit_of(1_000_000)
}

const BUDGETS: [fn() -> Budget; 4] =
    [unlimited, Budget::credit, || Budget::credit().without_wait(), || Budget::credit_of(500).without_wait()];

#[test]
fn the_default_saves_every_batch_of_the_table() {
    println!(
        "| lost | `budget = none` | `credit` | `credit(wait = none)` | `credit(500, wait = none)` |\n|---|---|---|---|---|"
    );
    for row in ROWS {
        let ends = BUDGETS.map(|budget| run(row, budget()));
        let cells = ends.each_ref().map(|end| format!("{}; {:.1} s", end.lost, end.time.as_secs_f64()));
        println!("| {} | {} |", row.0, cells.join(" | "));
        let [none, credit, refusing, _] = ends.map(|end| end.lost);
        assert!(credit <= none && credit < refusing, "{}", row.0);
    }
    let down = |budget: fn() -> Budget| {
        let Scene { held: (p50, p99), attempts_per_call, .. } = scene(budget(), 50.0, 60, millis(20), is_down);
        format!("{attempts_per_call:.2}; {} / {} ms", p50.as_millis(), p99.as_millis())
    };
    let cells = BUDGETS.map(down).join(" | ");
    println!(
        "| down for good, 50 calls per second: attempts per call; held after the first failure, p50 / p99 | {cells} |"
    );
    assert!(scene(Budget::credit(), 50.0, 60, millis(20), is_down).held.1 <= Duration::from_millis(600));
}

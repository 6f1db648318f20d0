//! Time until a verdict, of systems that recover and of systems that do not.
//!
//! ```text
//! cargo run --release -p retry-storm-tests --example times
//! ```

use std::time::{Duration, Instant};

use retry_runtime::storm::{CallTo, Service, Storm, Trigger, op};
use retry_storm_tests::{credit, jitter, naive};

fn main() {
    println!("three seeds of 43 s at 1,000 calls per second, worst of both triggers\n");
    println!("| system | verdict | events | time | goal |\n|---|---|---|---|---|");
    let naive =
        chain([op!(naive::front => "b"), op!(naive::b => "c"), op!(naive::c => "leaf"), op!(naive::leaf => "db")]);
    let jitter =
        chain([op!(jitter::front => "b"), op!(jitter::b => "c"), op!(jitter::c => "leaf"), op!(jitter::leaf => "db")]);
    let credit =
        chain([op!(credit::front => "b"), op!(credit::b => "c"), op!(credit::c => "leaf"), op!(credit::leaf => "db")]);
    row("naive, 4 attempts", &naive);
    row("full jitter, 3 attempts, no budget", &jitter);
    row("the default budget", &credit);
    row("the default budget, deadlines and give-ups travel", &credit.clone().deadlines_travel().give_ups_travel());
    let begun = Instant::now();
    let headroom = credit.trigger(Trigger::Errors("db"), SECONDS).least_headroom("leaf", SECONDS);
    println!("\nleast headroom of the leaf: {headroom:?}, in {:.1} s", begun.elapsed().as_secs_f64());
}

const SECONDS: Duration = Duration::from_secs(8);

fn chain([front, b, c, leaf]: [CallTo; 4]) -> Storm {
    Storm::new("front", 1000.0)
        .users(Duration::from_secs(5), 0)
        .service(Service::new("front", 20).calls(front))
        .service(Service::new("b", 20).calls(b))
        .service(Service::new("c", 20).calls(c))
        .service(Service::new("leaf", 20).capacity(1500.0).queue(1000).slots(200).calls(leaf))
        .service(Service::new("db", 1).takes(Duration::from_millis(5)))
}

fn row(name: &str, storm: &Storm) {
    let time = |trigger| {
        let begun = Instant::now();
        let verdicts = storm.trigger(trigger, SECONDS).run().expect("the chain is complete");
        (begun.elapsed(), verdicts.all()[0].clone())
    };
    let (took, verdict) = [time(Trigger::Errors("db")), time(Trigger::Hangs("db"))]
        .into_iter()
        .max_by_key(|(took, _)| *took)
        .expect("two");
    let goal = if verdict.back_after().is_some() { 1.0 } else { 5.0 };
    let took = took.as_secs_f64();
    let reached = if took <= goal { "reached" } else { "missed" };
    println!("| {name} | {verdict} | {} | {took:.2} s | {goal} s, {reached} |", verdict.events());
}

//! Rehearsal of a bad day: a tenth of the payments time out, and the warehouse is slow.
//!
//! `cargo run --example rehearsal`

use std::collections::BTreeMap;
use std::time::Duration;

use checkout::{Order, Outcome, ServiceError, checkout};
use retry_runtime::chaos;

/// Checks 200 orders out while faults are injected; returns how they ended.
async fn rehearse() -> Result<BTreeMap<&'static str, u32>, chaos::ChaosError> {
    chaos::start(chaos::Plan::new().seed(7).fail("checkout::pay", 0.1, || ServiceError::Timeout).delay(
        "checkout::stock",
        0.2,
        Duration::from_millis(1)..=Duration::from_millis(5),
    ))?;
    let mut ends = BTreeMap::new();
    for _ in 0..200 {
        let order = Order { item: "tea".into(), cents: 350 };
        let end = match checkout(&order).await {
            Ok(Outcome::Paid(_)) => "paid",
            Ok(Outcome::SoldOut) => "sold out",
            Ok(Outcome::TryLater) => "asked to come back",
            Err(_) => "declined",
        };
        *ends.entry(end).or_default() += 1;
    }
    chaos::stop();
    Ok(ends)
}

#[tokio::main]
async fn main() -> Result<(), chaos::ChaosError> {
    for (end, count) in rehearse().await? {
        println!("{count:>4} {end}");
    }
    println!("\n{}", retry_runtime::report());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_is_lost_on_a_bad_day() {
        let ends = rehearse().await.expect("the plan is right");
        assert_eq!(ends, [("paid", 200)].into());
        let report = retry_runtime::report();
        let pay = report.operation("checkout::pay").expect("it ran");
        assert!(pay.faults_injected > 10 && pay.recovered > 10, "{report}");
    }
}

//! The five ways to wait after a conflict.

use std::time::Duration;

use retry_runtime::{Backoff, Delays, Jitter};

/// Upper bound of all of them.
const CAP: Duration = Duration::from_secs(2);

/// `exp(10ms, 2s)` in the attribute's words. The experiment counts from 5 ms times 2^1, where this crate counts from
/// the base.
const BACKOFF: Backoff = Backoff::exponential(Duration::from_millis(10), CAP);

/// Decorrelated jitter starts from the experiment's own base. It draws below the cap, where the experiment clips what
/// it has drawn, so that delays at the cap still differ here.
const DECORRELATED: Backoff = Backoff::exponential(Duration::from_millis(5), CAP);

/// One way to wait after a conflict.
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) waits: Delays,
}

/// The schedule that is exponential and no more.
pub(crate) const NO_JITTER: &str = "no jitter";

/// The five, in the order of the table.
pub(crate) const SCHEDULES: [Schedule; 5] = [
    Schedule { name: "no backoff", waits: Delays::new(Backoff::none(), Jitter::none()) },
    Schedule { name: NO_JITTER, waits: Delays::new(BACKOFF, Jitter::none()) },
    Schedule { name: "equal jitter", waits: Delays::new(BACKOFF, Jitter::equal()) },
    Schedule { name: "full jitter", waits: Delays::new(BACKOFF, Jitter::full()) },
    Schedule { name: "decorrelated", waits: Delays::new(DECORRELATED, Jitter::decorrelated()) },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn first_waits(name: &str) -> Vec<u128> {
        let schedule = SCHEDULES.iter().find(|schedule| schedule.name == name).expect("the name is one of the five");
        schedule.waits.clone().take(10).map(|wait| wait.as_millis()).collect()
    }

    #[test]
    fn the_waits_without_jitter_are_those_of_the_experiment() {
        let experiment: Vec<_> = (1..=10).map(|conflict| 2000.min(5 << conflict)).collect();
        assert_eq!(first_waits(NO_JITTER), experiment);
        assert_eq!(first_waits("no backoff"), [0; 10]);
    }

    #[test]
    fn decorrelated_jitter_starts_between_5_and_15_ms() {
        for _ in 0..100 {
            assert!((5..=15).contains(&first_waits("decorrelated")[0]));
        }
    }
}

//! The rule of breakers that open by chance.

use std::io;
use std::time::Duration;

use retry_runtime::{Breaker, retry};

use super::{messages, review};

mod hasty {
    use super::*;

    static FIVE: Breaker = Breaker::consecutive(5).open_for(Duration::from_mins(1)).half_open_probes(1);
    static TWO: Breaker = Breaker::new().window_calls(2).failure_rate(1.0).open_for(Duration::from_secs(5));
    static ONE: Breaker = Breaker::new().window_calls(1).failure_rate(1.0);

    #[retry(retry_on = Timeout, breaker = FIVE)]
    pub(super) fn five() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, breaker = TWO)]
    pub(super) fn two_in_other_words() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, breaker = ONE)]
    pub(super) fn one() -> io::Result<()> {
        Ok(())
    }
}

mod sound {
    use super::*;

    static DEFAULT: Breaker = Breaker::new();
    static LONG: Breaker = Breaker::consecutive(10).open_for(Duration::from_mins(1));
    static RARE: Breaker = Breaker::consecutive(5);
    static RATE: Breaker = Breaker::new().open_for(Duration::from_mins(1));

    #[retry(retry_on = Timeout, breaker = DEFAULT)]
    pub(super) fn default() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, breaker = LONG)]
    pub(super) fn ten_for_a_minute() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, breaker = RARE)]
    pub(super) fn five_for_a_second() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, breaker = RATE)]
    pub(super) fn a_rate_for_a_minute() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout)]
    pub(super) fn no_breaker() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn few_failures_in_a_row_with_a_long_open_time_are_found() {
    let message = |name: &str, row: &str, time: &str, refused: u32| {
        format!(
            "{name}: its breaker opens after {row} for {time}: if 20 % of the calls fail by chance, it refuses {refused} % at 50 \
             calls per second; write `consecutive(10)` and keep the open time of 1s [OpensByChance]"
        )
    };
    assert_eq!(
        messages(&review("opens_by_chance::hasty").lint()),
        [
            message("five", "5 failures in a row", "1m", 54),
            message("one", "one failure", "1s", 91),
            message("two_in_other_words", "2 failures in a row", "5s", 89),
        ]
    );
}

#[test]
fn breakers_that_chance_hardly_opens_are_no_finding() {
    assert_eq!(messages(&review("opens_by_chance::sound").lint()), [""; 0]);
}

//! Settings of a breaker that change while the program runs.
//!
//! A breaker keeps its state: one that is open stays open. A window of another size begins empty.

use core::time::Duration;

use crate::breaker::Breaker;
use crate::breaker::permit::State;
use crate::breaker::settings::Settings;
use crate::breaker::validate::{self as rule, BreakerError, Rule};
use crate::breaker::window::WindowSize;
use crate::units;

/// Settings that replace those of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BreakerTuning {
    /// Share of failed attempts at which it opens.
    pub failure_rate: Option<f64>,
    /// Failures in a row after which it opens.
    pub consecutive: Option<u32>,
    /// First open time.
    pub open_for: Option<Duration>,
    /// Longest open time.
    pub longest_open: Option<Duration>,
}

impl Breaker {
    /// Creates a breaker with the code's settings and these.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the message that the compiler has for a constant breaker.
    pub fn with_tuning(&self, tuning: &BreakerTuning) -> Result<Self, BreakerError> {
        let mut settings = self.settings;
        settings.tune(tuning)?;
        Ok(Self::closed(settings))
    }

    /// Takes over threshold and open times of `other`.
    ///
    /// `None` restores those of the code.
    /// Calls that run at the same time use old or new settings. The window begins empty if its size changes.
    pub fn tune(&self, other: Option<&Self>) {
        let before = self.tuned.applied(&self.settings);
        let changed = |value: u64, code: u64| if value == code { 0 } else { value };
        let ((failures, rate), open_for, longest) = match other.map(|other| &other.settings) {
            None => ((0, None), 0, 0),
            Some(new) => {
                let code = &self.settings;
                let failures = match (new.get_consecutive(), new.window_size() == code.window_size()) {
                    (Some(failures), false) => failures,
                    _ => 0,
                };
                let is_same = failures == 0 && new.failure_rate == code.failure_rate;
                let threshold = (failures, (!is_same).then_some(new.failure_rate));
                let open_times = (new.open_for.unwrap_or(0), new.longest_open.unwrap_or(0));
                let of_code = (code.open_for.unwrap_or(0), code.longest_open.unwrap_or(0));
                (threshold, changed(open_times.0, of_code.0), changed(open_times.1, of_code.1))
            }
        };
        self.tuned.set(failures, rate, open_for, longest);
        if before.window_size() != self.tuned.applied(&self.settings).window_size() {
            self.begin_window();
        }
    }

    /// Begins an empty window, if the breaker is closed.
    fn begin_window(&self) {
        let mut word = self.word();
        while word.state() == State::Closed {
            match self.swap(word, word.closed()) {
                Ok(_) => return,
                Err(actual) => word = actual,
            }
        }
    }
}

impl Settings {
    fn tune(&mut self, tuning: &BreakerTuning) -> Rule {
        if let Some(failures) = tuning.consecutive {
            self.consecutive(failures)?;
        }
        if let Some(rate) = tuning.failure_rate {
            self.failure_rate(rate)?;
        }
        // Both are set before the rule over them is checked.
        for (given, setting) in [(tuning.open_for, &mut self.open_for), (tuning.longest_open, &mut self.longest_open)] {
            if let Some(time) = given {
                rule::open_for(time)?;
                *setting = Some(units::from(time));
            }
        }
        self.longest_fits()
    }

    /// Returns the calls of the window, zero for a window of time, and its minimum.
    fn window_size(&self) -> (u16, Option<u32>) {
        match self.window {
            WindowSize::Calls(size, _) => (size, self.minimum_calls),
            WindowSize::Time(_) => (0, self.minimum_calls),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::ToString;

    use super::*;
    use crate::breaker::AttemptOutcome;
    use crate::{Class, Moment};

    fn fail(breaker: &Breaker) {
        let permit = breaker.try_acquire(|| Moment::ORIGIN).ok().unwrap();
        breaker.record(permit, AttemptOutcome::Failed(Class::Timeout), || Moment::ORIGIN, || u64::MAX / 2);
    }

    #[test]
    fn a_tuned_breaker_opens_by_the_new_threshold_and_back() {
        let breaker = Breaker::consecutive(10).open_for(Duration::from_secs(1));
        let tuning =
            BreakerTuning { consecutive: Some(3), open_for: Some(Duration::from_secs(30)), ..Default::default() };
        breaker.tune(Some(&breaker.with_tuning(&tuning).unwrap()));
        assert_eq!(breaker.to_string(), "consecutive(3), open_for(30s)");
        (0..2).for_each(|_| fail(&breaker));
        assert_eq!(breaker.state(), State::Closed);
        fail(&breaker);
        assert_eq!(breaker.state(), State::Open);
        let left = breaker.remaining_open_time(Moment::ORIGIN).unwrap();
        assert!((22..=38).contains(&left.as_secs()), "{left:?}");
        breaker.tune(None);
        assert_eq!(breaker.to_string(), "consecutive(10), open_for(1s)");
        assert_eq!(breaker.state(), State::Open, "it stays open");
    }

    #[test]
    fn a_rate_alone_keeps_the_window() {
        let breaker = Breaker::new().window_calls(10).minimum_calls(4);
        (0..3).for_each(|_| fail(&breaker));
        breaker.tune(Some(
            &breaker.with_tuning(&BreakerTuning { failure_rate: Some(0.9), ..Default::default() }).unwrap(),
        ));
        assert_eq!(breaker.to_string(), "failure_rate(0.9), window_calls(10), minimum_calls(4), open_for(1s)");
        fail(&breaker);
        assert_eq!(breaker.state(), State::Open);
    }

    #[test]
    fn rules_are_those_of_the_code() {
        let breaker = Breaker::new().longest_open(Duration::from_secs(10));
        let of = |open_for, longest_open| {
            breaker.with_tuning(&BreakerTuning { open_for, longest_open, ..Default::default() })
        };
        let (short, long) = (Some(Duration::from_secs(5)), Some(Duration::from_secs(30)));
        assert!(of(long, None).unwrap_err().to_string().starts_with("`longest_open` is below `open_for`"));
        assert!(of(long, long).is_ok() && of(short, None).is_ok());
        let tuning = BreakerTuning { consecutive: Some(1), ..Default::default() };
        assert!(breaker.with_tuning(&tuning).unwrap_err().to_string().starts_with("`consecutive` must be from 2"));
    }
}

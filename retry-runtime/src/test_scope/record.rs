//! Records of calls, for assertions and their messages.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;
use std::format;
use std::string::String;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Vec;

use crate::{Class, StopReason};

/// Step of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// A script replaced the attempt that runs.
    Scripted,
    /// Chaos delayed the attempt that runs, or replaced it.
    #[cfg_attr(not(feature = "chaos"), allow(dead_code))]
    Injected {
        latency: Duration,
        fails: bool,
    },
    Failed {
        attempt: u32,
        class: Class,
    },
    Delayed(Duration),
    /// The call has waited before an attempt, for the budget or a limit.
    Waited {
        limit: &'static str,
        time: Duration,
    },
    /// A hedge joined the first attempt after this delay. It is attempt 2.
    Hedged(Duration),
    /// An option or a limit refused the hedge.
    HedgeRefused {
        delay: Duration,
        reason: &'static str,
    },
    /// The attempt was dropped because the other one of a hedge ended the call.
    AttemptDropped(u32),
    Succeeded {
        attempt: u32,
    },
    GaveUp {
        attempts: u32,
        reason: StopReason,
    },
    AnsweredByFallback,
    Dropped,
    Panicked,
}

/// Number of a hedge.
const HEDGE: u32 = 2;

/// Steps of one call.
#[derive(Debug)]
pub(crate) struct CallRecord {
    operation: &'static str,
    steps: Mutex<Vec<Step>>,
}

impl CallRecord {
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Adds a step.
    pub(crate) fn add(&self, step: Step) {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// Returns the steps so far.
    pub(crate) fn steps(&self) -> Vec<Step> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the number of attempts that have ended, and of a hedge that has begun.
    pub(crate) fn attempts(&self) -> u32 {
        let count = |step: &Step| match *step {
            Step::Failed { attempt, .. } | Step::Succeeded { attempt } => attempt,
            Step::GaveUp { attempts, .. } => attempts,
            Step::Hedged(_) => HEDGE,
            _ => 0,
        };
        self.steps().iter().map(count).max().unwrap_or(0)
    }

    /// Returns the number of attempts after the first, without the hedge.
    pub(crate) fn retries(&self) -> u32 {
        self.attempts().saturating_sub(1 + u32::from(self.is_hedged()))
    }

    fn is_hedged(&self) -> bool {
        self.steps().iter().any(|step| matches!(step, Step::Hedged(_)))
    }

    /// Returns whether the call succeeded after an attempt had failed.
    pub(crate) fn is_recovered(&self) -> bool {
        let is_repaired = |step: &Step| match *step {
            // The first attempt may succeed after its hedge has failed.
            Step::Succeeded { attempt } => attempt > 1,
            _ => false,
        };
        let steps = self.steps();
        let has_failed = steps.iter().any(|step| matches!(step, Step::Failed { .. }));
        has_failed && steps.iter().any(is_repaired)
    }

    /// Returns the planned delays.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let delay = |step: &Step| if let Step::Delayed(delay) = *step { Some(delay) } else { None };
        self.steps().iter().filter_map(delay).collect()
    }

    /// Returns why the call ended; `None` while it runs, and if it was dropped.
    pub(crate) fn end(&self) -> Option<StopReason> {
        self.steps().iter().find_map(|step| match *step {
            Step::Succeeded { .. } => Some(StopReason::Succeeded),
            Step::GaveUp { reason, .. } => Some(reason),
            _ => None,
        })
    }

    /// Returns whether the caller got a success.
    pub(crate) fn is_success(&self) -> bool {
        self.steps().iter().any(|step| matches!(step, Step::Succeeded { .. } | Step::AnsweredByFallback))
    }
}

/// Prints a line per step.
impl Display for CallRecord {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (mut mark, mut is_over) = (String::new(), false);
        for step in self.steps() {
            is_over |= matches!(step, Step::Succeeded { .. } | Step::GaveUp { .. } | Step::Dropped | Step::Panicked);
            match step {
                Step::Scripted => mark = " (scripted)".into(),
                Step::Injected { latency, fails } => {
                    let fault = if fails { ", injected by chaos" } else { "" };
                    let latency =
                        if latency.is_zero() { String::new() } else { format!(", delayed {latency:.1?} by chaos") };
                    mark = format!(" ({})", format!("{latency}{fault}").trim_start_matches(", "));
                }
                Step::Failed { attempt, class } => {
                    writeln!(formatter, "    attempt {attempt} failed: {class}{}", core::mem::take(&mut mark))?;
                }
                Step::Delayed(Duration::ZERO) => {}
                Step::Delayed(delay) => writeln!(formatter, "    waited {delay:.1?}")?,
                Step::Waited { limit, time } => {
                    let limit = match limit {
                        "rate_limit" => "rate limit",
                        "concurrency" => "concurrency limit",
                        other => other,
                    };
                    writeln!(formatter, "    waited {time:.1?} in line for the {limit}")?;
                }
                Step::Hedged(delay) => {
                    writeln!(formatter, "    attempt {HEDGE} joined attempt 1 after {delay:.1?}, as a hedge")?;
                }
                Step::HedgeRefused { delay, reason } => {
                    writeln!(formatter, "    no hedge after {delay:.1?}: refused by `{reason}`")?;
                }
                Step::AttemptDropped(attempt) => writeln!(formatter, "    attempt {attempt} was dropped")?,
                Step::Succeeded { attempt } => {
                    writeln!(formatter, "    attempt {attempt} succeeded{}", core::mem::take(&mut mark))?;
                }
                Step::GaveUp { attempts: 0, reason } => writeln!(formatter, "    no attempt was made: {reason}")?,
                Step::GaveUp { attempts, reason } => {
                    let plural = if attempts == 1 { "" } else { "s" };
                    writeln!(formatter, "    gave up after {attempts} attempt{plural}: {reason}")?;
                }
                Step::AnsweredByFallback => writeln!(formatter, "    the fallback answered")?,
                Step::Dropped => writeln!(formatter, "    the call was dropped")?,
                Step::Panicked => writeln!(formatter, "    the call panicked")?,
            }
        }
        if is_over { Ok(()) } else { writeln!(formatter, "    the call is not over") }
    }
}

/// Calls of a scope since its last reset, in the order of their begin.
#[derive(Debug, Default)]
pub(crate) struct Records(Mutex<Vec<Arc<CallRecord>>>);

impl Records {
    /// Adds a call that begins.
    pub(crate) fn begin(&self, operation: &'static str) -> Arc<CallRecord> {
        let record = Arc::new(CallRecord { operation, steps: Mutex::default() });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.clone());
        record
    }

    /// Forgets all calls, because nobody can ask for them any more.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Returns all calls.
    pub(crate) fn all(&self) -> Vec<Arc<CallRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the calls of an operation.
    pub(crate) fn of(&self, operation: &str) -> Vec<Arc<CallRecord>> {
        self.all().into_iter().filter(|record| record.operation == operation).collect()
    }

    /// Explains a script of which attempts took `used` values and no more.
    pub(super) fn why_unused(&self, operation: &str, used: usize) -> String {
        let calls = self.of(operation);
        if calls.is_empty() {
            return format!("; no call of it began in this scope\n{NOT_CALLED}");
        }
        let attempts = calls.iter().map(|call| call.attempts()).sum::<u32>();
        let (calls, taken) = (Timeline { operation, calls }, if used == 0 { "no outcome" } else { "no more" });
        format!("; its calls made {attempts} attempts, which took {taken}: script as many as they make\n{calls}")
    }
}

/// Reasons why a call is not in a scope.
pub(crate) const NOT_CALLED: &str = "  it may have run outside of the scope: a thread or task is inside if it is spawned with `propagate` or \
     `propagate_blocking`, or enters a clone of the scope\n";

/// Calls of one operation, as messages print them.
pub(crate) struct Timeline<'a> {
    pub(crate) operation: &'a str,
    pub(crate) calls: Vec<Arc<CallRecord>>,
}

impl Display for Timeline<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "calls of `{}` in this scope:", self.operation)?;
        if self.calls.is_empty() {
            writeln!(formatter, "  none")?;
        }
        for (call, number) in self.calls.iter().zip(1_u32..) {
            write!(formatter, "  call {number}\n{call}")?;
        }
        Ok(())
    }
}

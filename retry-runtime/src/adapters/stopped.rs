//! Class of `Stopped`.

use crate::{Class, Classify, StopReason, Stopped};

/// Class of the last attempt.
///
/// `Permanent` if the call was cancelled, because a retry must not undo that, or if no attempt ended before the call did.
impl Classify for Stopped {
    fn class(&self) -> Class {
        match self.reason() {
            StopReason::Cancelled => Class::Permanent,
            _ => self.last_class().unwrap_or(Class::Permanent),
        }
    }

    /// Returns false: a call that was stopped has no answer.
    fn is_final(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use retry_core::{Failure, Moment, Progress, TimedPolicy};

    use super::*;

    fn after(failure: Option<Failure>, reason: Option<StopReason>) -> Class {
        let mut progress = Progress::new();
        if let Some(failure) = failure {
            progress.begin_attempt();
            progress.decide(&TimedPolicy::new(), failure, || Moment::ORIGIN, || 0);
        }
        if let Some(reason) = reason {
            let _ = progress.stopped(reason);
        }
        Stopped::new(&progress).class()
    }

    #[test]
    fn it_is_what_the_last_attempt_ended_in() {
        assert_eq!(after(Some(Failure::timed_out()), None), Class::Timeout);
        assert_eq!(after(Some(Failure::new(Class::Status(503))), Some(StopReason::Deadline)), Class::Status(503));
        assert_eq!(after(None, Some(StopReason::Deadline)), Class::Permanent);
    }

    #[test]
    fn a_cancelled_call_is_permanent() {
        assert_eq!(after(Some(Failure::timed_out()), Some(StopReason::Cancelled)), Class::Permanent);
    }

    #[cfg(feature = "std")]
    #[test]
    fn it_is_found_in_an_io_error_of_no_telling_kind() {
        let mut progress = Progress::new();
        progress.begin_attempt();
        progress.decide(&TimedPolicy::new(), Failure::new(Class::Conflict), || Moment::ORIGIN, || 0);
        assert_eq!(std::io::Error::from(Stopped::new(&progress)).class(), Class::Conflict);
    }
}

//! What a call tells of itself. With no feature that listens, all of it is nothing.

#[cfg(feature = "events")]
pub(crate) use self::told::*;
#[cfg(not(feature = "events"))]
pub(crate) use self::untold::*;

#[cfg(feature = "events")]
mod told {
    use core::time::Duration;

    use retry_core::breaker::Change;
    use retry_core::internal::STOP;
    use retry_core::{Class, Progress, StopReason};

    use crate::calls::operation::Operation;
    use crate::calls::worker;
    use crate::events::{EventKind, bounded, emit};

    /// The first attempt has succeeded.
    #[inline]
    pub(crate) fn first_success(operation: &'static Operation) {
        #[cfg(feature = "report")]
        crate::report::first_success(operation);
        #[cfg(not(feature = "report"))]
        let _ = operation;
    }

    /// An attempt after the first has succeeded.
    pub(crate) fn recovered(operation: &'static Operation, progress: &Progress) {
        emit(operation, EventKind::Recovered { attempts: progress.attempt() });
    }

    /// An attempt has failed.
    pub(crate) fn failed(operation: &'static Operation, progress: &Progress, class: Class) {
        emit(operation, EventKind::AttemptFailed { attempt: progress.attempt(), class: bounded(class) });
    }

    /// It was decided what follows a failure of this class.
    pub(crate) fn decided(operation: &'static Operation, progress: &Progress, class: Class, wait: u64) {
        let (attempt, class) = (progress.attempt(), bounded(class));
        if wait != STOP {
            let delay = Duration::from_nanos(wait);
            emit(operation, EventKind::RetryScheduled { attempt: attempt.saturating_add(1), class, delay });
            return;
        }
        if progress.stop_reason() == StopReason::Budget {
            emit(operation, EventKind::BudgetDenied { attempt, class });
        }
        gave_up(operation, progress);
    }

    /// The call has ended without a success.
    pub(crate) fn gave_up(operation: &'static Operation, progress: &Progress) {
        let class = progress.last_class().map(bounded);
        emit(operation, EventKind::GaveUp { attempts: progress.attempt(), class, reason: progress.stop_reason() });
    }

    /// The call was dropped after a failure that it was retried for. It tells nobody, but is counted.
    #[cfg(feature = "tokio")]
    pub(crate) fn dropped(operation: &'static Operation) {
        #[cfg(feature = "report")]
        crate::report::dropped(operation);
        #[cfg(not(feature = "report"))]
        let _ = operation;
    }

    pub(crate) fn breaker_changed(operation: &'static Operation, change: Option<Change>) {
        if let Some(change) = change {
            emit(operation, EventKind::BreakerChanged(change));
        }
    }

    /// A blocking call waits for so many nanoseconds.
    #[cold]
    pub(crate) fn waits(operation: &'static Operation, wait: u64) {
        if !operation.observed().has_blocked() && worker::is_here() && operation.observed().block() {
            emit(operation, EventKind::BlockedRuntime { delay: Duration::from_nanos(wait) });
        }
    }
}

#[cfg(not(feature = "events"))]
mod untold {
    use retry_core::breaker::Change;
    use retry_core::{Class, Progress};

    use crate::calls::operation::Operation;

    #[inline(always)]
    pub(crate) fn first_success(_: &'static Operation) {}

    #[inline(always)]
    pub(crate) fn recovered(_: &'static Operation, _: &Progress) {}

    #[inline(always)]
    pub(crate) fn failed(_: &'static Operation, _: &Progress, _: Class) {}

    #[inline(always)]
    pub(crate) fn decided(_: &'static Operation, _: &Progress, _: Class, _: u64) {}

    #[inline(always)]
    pub(crate) fn gave_up(_: &'static Operation, _: &Progress) {}

    #[cfg(feature = "tokio")]
    #[inline(always)]
    pub(crate) fn dropped(_: &'static Operation) {}

    #[inline(always)]
    pub(crate) fn breaker_changed(_: &'static Operation, _: Option<Change>) {}

    #[inline(always)]
    pub(crate) fn waits(_: &'static Operation, _: u64) {}
}

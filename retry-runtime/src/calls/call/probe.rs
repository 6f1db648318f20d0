//! Data of a call for tests and chaos.

pub(super) use self::choice::Probe;

#[cfg(not(any(feature = "testing", feature = "chaos")))]
mod choice {
    use core::marker::PhantomData;

    use retry_core::internal::{Next, Span};
    use retry_core::{Class, Moment, Progress};

    use crate::calls::operation::Operation;

    /// Nothing, without the features `testing` and `chaos`.
    pub(in crate::calls::call) struct Probe<R>(PhantomData<fn() -> R>);

    #[allow(clippy::inline_always, clippy::unused_self)] // it is nothing
    impl<R> Probe<R> {
        #[inline(always)]
        pub(in crate::calls::call) const fn begin(_: &Operation) -> Self {
            Self(PhantomData)
        }

        #[inline(always)]
        pub(in crate::calls::call) const fn succeeded(&self, _: u32) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn failed(&self, _: u32, _: Class) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn decided(&self, _: &Progress, _: (u32, Class), _: Next) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn gave_up(&self, _: &Progress) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn hedged(&self, _: Span) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn hedge_refused(&self, _: Span, _: &'static str) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn attempt_dropped(&self, _: u32) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn waited(&self, _: Span) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn waits_for(&mut self, _: Option<&'static str>, _: fn() -> Moment) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn answered_by_fallback(&self) {}
    }
}

#[cfg(any(feature = "testing", feature = "chaos"))]
mod choice {
    use std::boxed::Box;
    #[cfg(feature = "testing")]
    use std::sync::Arc;

    use retry_core::internal::{Next, Span};
    use retry_core::{Class, Moment, Progress};

    use crate::calls::injectable::Injector;
    use crate::calls::operation::Operation;
    #[cfg(feature = "testing")]
    use crate::test_scope::clock;
    #[cfg(feature = "testing")]
    use crate::test_scope::record::{CallRecord, Step};

    /// Data of a call in a scope, or while chaos is active; else nothing.
    pub(in crate::calls::call) struct Probe<R>(Option<Box<Data<R>>>);

    pub(in crate::calls::call) struct Data<R> {
        /// Makes an outcome of a value, if the type of the outcome allows it.
        pub(in crate::calls::call) injector: Option<Injector<R>>,
        #[cfg(feature = "testing")]
        pub(in crate::calls::call) record: Option<Arc<CallRecord>>,
        /// Limit for which the next attempt waits, and the begin of that wait.
        #[cfg(feature = "testing")]
        waits_for: Option<(&'static str, Moment)>,
    }

    /// Records the drop of a call that is not over.
    #[cfg(feature = "testing")]
    impl<R> Drop for Data<R> {
        fn drop(&mut self) {
            if let Some(record) = self.record.as_ref().filter(|record| record.end().is_none()) {
                record.add(if std::thread::panicking() { Step::Panicked } else { Step::Dropped });
            }
        }
    }

    impl<R> Probe<R> {
        #[inline]
        pub(in crate::calls::call) fn begin(operation: &'static Operation) -> Self {
            #[cfg(feature = "testing")]
            if let Some(scope) = operation.scope {
                clock::fix();
                let record = Some(scope.records.begin(operation.name()));
                return Self(Some(Box::new(Data { injector: None, record, waits_for: None })));
            }
            _ = operation;
            #[cfg(feature = "chaos")]
            if crate::fault_plan::is_active() {
                let data = Data {
                    injector: None,
                    #[cfg(feature = "testing")]
                    record: None,
                    #[cfg(feature = "testing")]
                    waits_for: None,
                };
                return Self(Some(Box::new(data)));
            }
            Self(None)
        }

        pub(in crate::calls::call) fn data(&self) -> Option<&Data<R>> {
            self.0.as_deref()
        }

        pub(in crate::calls::call) fn set_injector(&mut self, injector: Injector<R>) {
            if let Some(data) = &mut self.0 {
                data.injector = Some(injector);
            }
        }
    }

    #[cfg(not(feature = "testing"))]
    #[allow(clippy::inline_always, clippy::unused_self)] // it is nothing
    impl<R> Probe<R> {
        #[inline(always)]
        pub(in crate::calls::call) const fn succeeded(&self, _: u32) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn failed(&self, _: u32, _: Class) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn decided(&self, _: &Progress, _: (u32, Class), _: Next) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn gave_up(&self, _: &Progress) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn hedged(&self, _: Span) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn hedge_refused(&self, _: Span, _: &'static str) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn attempt_dropped(&self, _: u32) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn waited(&self, _: Span) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn waits_for(&mut self, _: Option<&'static str>, _: fn() -> Moment) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn answered_by_fallback(&self) {}
    }

    #[cfg(feature = "testing")]
    impl<R> Probe<R> {
        fn add(&self, step: Step) {
            if let Some(record) = self.0.as_ref().and_then(|data| data.record.as_ref()) {
                record.add(step);
            }
        }

        pub(in crate::calls::call) fn succeeded(&self, attempt: u32) {
            self.add(Step::Succeeded { attempt });
        }

        pub(in crate::calls::call) fn failed(&self, attempt: u32, class: Class) {
            self.add(Step::Failed { attempt, class });
        }

        pub(in crate::calls::call) fn decided(&self, progress: &Progress, (attempt, class): (u32, Class), next: Next) {
            self.failed(attempt, class);
            match next.delay() {
                Some(delay) => self.add(Step::Delayed(delay.as_duration())),
                None => self.gave_up(progress),
            }
        }

        pub(in crate::calls::call) fn gave_up(&self, progress: &Progress) {
            self.add(Step::GaveUp { attempts: progress.attempt(), reason: progress.stop_reason() });
        }

        pub(in crate::calls::call) fn hedged(&self, delay: Span) {
            self.add(Step::Hedged(delay.as_duration()));
        }

        pub(in crate::calls::call) fn hedge_refused(&self, delay: Span, reason: &'static str) {
            self.add(Step::HedgeRefused { delay: delay.as_duration(), reason });
        }

        pub(in crate::calls::call) fn attempt_dropped(&self, attempt: u32) {
            self.add(Step::AttemptDropped(attempt));
        }

        /// Records the time in line for the budget.
        pub(in crate::calls::call) fn waited(&self, time: Span) {
            self.add(Step::Waited { limit: "budget", time: time.as_duration() });
        }

        /// Records the wait for a limit that is over.
        ///
        /// `limit` is the one for which the attempt waits now.
        pub(in crate::calls::call) fn waits_for(&mut self, limit: Option<&'static str>, now: fn() -> Moment) {
            let Some(data) = self.0.as_mut().filter(|data| data.record.is_some()) else { return };
            if data.waits_for.map(|(limit, _)| limit) == limit {
                return;
            }
            let now = now();
            let before = core::mem::replace(&mut data.waits_for, limit.map(|limit| (limit, now)));
            if let Some((limit, since)) = before {
                self.add(Step::Waited { limit, time: now.since(since).as_duration() });
            }
        }

        pub(in crate::calls::call) fn answered_by_fallback(&self) {
            self.add(Step::AnsweredByFallback);
        }
    }
}

//! Outcomes that replace an attempt, and the latency before it.
//!
//! The attempt is admitted and counted as any other; its body does not run.

#[cfg(not(any(feature = "testing", feature = "chaos")))]
mod choice {
    use crate::calls::call::Call;

    #[allow(clippy::inline_always, clippy::unused_self)] // it is nothing
    impl<R, D, T> Call<R, D, T> {
        /// Does nothing; the feature `testing` or `chaos` makes use of it.
        #[doc(hidden)]
        #[must_use]
        #[inline(always)]
        pub fn injectable(self) -> Self {
            self
        }

        /// Does nothing; the feature `testing` or `chaos` makes use of it.
        #[doc(hidden)]
        #[must_use]
        #[inline(always)]
        pub fn error_injectable(self) -> Self {
            self
        }

        #[inline(always)]
        pub(in crate::calls::call) const fn injected_outcome(&mut self) -> Option<R> {
            None
        }

        #[inline(always)]
        pub(in crate::calls::call) fn injected<F>(&self, body: F) -> F {
            _ = self;
            body
        }
    }
}

#[cfg(any(feature = "testing", feature = "chaos"))]
mod choice {
    use core::future::Future;
    use core::pin::Pin;
    use core::task::{Context, Poll, ready};
    use std::boxed::Box;

    use pin_project_lite::pin_project;
    use retry_core::internal::Span;

    use crate::calls::call::Call;
    use crate::calls::call::futures::timer::{Timer, timer};
    use crate::calls::call::state::CallState;
    use crate::calls::driver::AsyncDriver;
    use crate::calls::driver::Driver;
    use crate::calls::injectable::Injector;
    use crate::calls::replacement::Replacement;
    use crate::outcome::Outcome;

    impl<R: Outcome<Error: 'static>, D, T> Call<R, D, T> {
        /// Allows a test or chaos to replace the outcome of an attempt.
        #[doc(hidden)]
        #[must_use]
        pub fn injectable(mut self) -> Self
        where
            R: 'static,
        {
            self.probe.set_injector(Injector::of_outcomes());
            self
        }

        /// Allows a test or chaos to replace the outcome of an attempt by an error.
        #[doc(hidden)]
        #[must_use]
        pub fn error_injectable(mut self) -> Self {
            self.probe.set_injector(Injector::of_errors());
            self
        }
    }

    impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
        /// Returns the source of replacements for the attempt of this number.
        fn replacement(&self, attempt: u32) -> Option<Replacement<R>> {
            let data = self.probe.data()?;
            Some(Replacement {
                operation: self.operation,
                attempt,
                injector: data.injector,
                #[cfg(feature = "testing")]
                record: data.record.clone(),
            })
        }

        /// Returns what replaces the attempt that has begun, after its latency.
        pub(in crate::calls::call) fn injected_outcome(&mut self) -> Option<R> {
            let attempt = self.progress.as_ref().map_or(1, retry_core::Progress::attempt);
            let (latency, outcome) = self.replacement(attempt)?.next();
            if latency > Span::ZERO {
                self.operation.sleep_blocking(latency);
            }
            outcome
        }

        /// Returns the body of the attempt that begins next, behind what may replace it.
        pub(in crate::calls::call) fn injected<F>(&self, body: F) -> Injected<F, R, D>
        where
            D: AsyncDriver,
        {
            let replacement = self.replacement(self.progress().attempt().saturating_add(1));
            Injected { stage: replacement.map(|replacement| Box::new(Stage::Undecided(replacement))), body }
        }
    }

    /// Place of an attempt before its body.
    enum Stage<R, D: AsyncDriver> {
        Undecided(Replacement<R>),
        Latency(Pin<Box<Timer<D::Sleep>>>, Option<R>),
    }

    pin_project! {
        /// Body of an attempt, or what replaces it.
        pub(in crate::calls::call) struct Injected<F, R, D>
        where
            D: AsyncDriver,
        {
            // `None` for the body alone.
            stage: Option<Box<Stage<R, D>>>,
            #[pin]
            body: F,
        }
    }

    impl<F: Future<Output = R>, R, D: AsyncDriver> Future for Injected<F, R, D> {
        type Output = R;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
            let this = self.project();
            while let Some(stage) = this.stage.as_deref_mut() {
                let (latency, outcome) = match stage {
                    Stage::Undecided(replacement) => replacement.next(),
                    Stage::Latency(timer, outcome) => {
                        ready!(timer.as_mut().poll(cx));
                        (Span::ZERO, outcome.take())
                    }
                };
                if let (Stage::Undecided(replacement), true) = (&*stage, latency > Span::ZERO) {
                    let timer = Box::pin(timer::<D>(replacement.operation, latency));
                    *stage = Stage::Latency(timer, outcome);
                    continue;
                }
                *this.stage = None;
                if let Some(outcome) = outcome {
                    return Poll::Ready(outcome);
                }
            }
            this.body.poll(cx)
        }
    }
}

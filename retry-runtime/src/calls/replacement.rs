//! Outcomes that a script or chaos puts in the place of an attempt.

use core::any::Any;
use std::boxed::Box;
#[cfg(feature = "testing")]
use std::sync::Arc;

use retry_core::internal::Span;

use crate::calls::injectable::Injector;
use crate::calls::operation::Operation;
#[cfg(feature = "testing")]
use crate::test_scope::record::{CallRecord, Step};
#[cfg(feature = "testing")]
use crate::test_scope::script::Scripted;

/// Source of what replaces an attempt.
pub(crate) struct Replacement<R> {
    pub(crate) operation: &'static Operation,
    #[cfg_attr(not(feature = "chaos"), allow(dead_code))]
    pub(crate) attempt: u32,
    pub(crate) injector: Option<Injector<R>>,
    #[cfg(feature = "testing")]
    pub(crate) record: Option<Arc<CallRecord>>,
}

impl<R> Replacement<R> {
    /// Returns a latency, and the outcome after it; `None` to run the body.
    ///
    /// A script comes before chaos.
    ///
    /// # Panics
    ///
    /// If a scripted value is of another type than the operation's.
    pub(crate) fn next(&self) -> (Span, Option<R>) {
        #[cfg(feature = "testing")]
        if let Some(scripted) = self.operation.scope.and_then(|scope| scope.scripts.next(self.operation.name())) {
            self.add(Step::Scripted);
            return (Span::ZERO, Some(self.scripted(scripted)));
        }
        #[cfg(feature = "chaos")]
        if let Some(plan) = self.plan() {
            return self.planned(&plan);
        }
        (Span::ZERO, None)
    }

    #[cfg_attr(not(feature = "testing"), allow(dead_code))]
    fn make(&self, value: Box<dyn Any + Send>) -> Option<R> {
        (self.injector?.make)(value).ok()
    }

    #[cfg(feature = "testing")]
    fn add(&self, step: Step) {
        if let Some(record) = &self.record {
            record.add(step);
        }
    }

    #[cfg(feature = "testing")]
    fn scripted(&self, scripted: Scripted) -> R {
        let Scripted { value, type_name, place } = scripted;
        self.make(value).unwrap_or_else(|| {
            panic!(
                "`{}` does not return the `{type_name}` that is scripted at {place}; two functions have this name: give one \
                 of them another by the option `name`",
                self.operation.name()
            )
        })
    }
}

#[cfg(feature = "chaos")]
mod planned {
    use std::sync::Arc;

    use retry_core::internal::Span;

    use super::Replacement;
    use crate::calls::env::clock;
    use crate::fault_plan::{self, ActivePlan, Fault};
    use crate::observe::emit;
    #[cfg(feature = "testing")]
    use crate::test_scope::record::Step;

    impl<R> Replacement<R> {
        /// Returns the plan of the scope, or outside of scopes that of the process.
        #[cfg_attr(not(feature = "testing"), allow(clippy::unused_self))]
        pub(super) fn plan(&self) -> Option<Arc<ActivePlan>> {
            #[cfg(feature = "testing")]
            if let Some(scope) = self.operation.scope {
                return scope.scope()?.chaos();
            }
            fault_plan::active()
        }

        /// Returns what the plan does to the attempt.
        pub(super) fn planned(&self, plan: &ActivePlan) -> (Span, Option<R>) {
            let error = self.injector.map(|injector| (injector.error)());
            let Fault { latency, error } = plan.next(self.operation.name(), error, clock::now_nanos());
            let outcome = error.and_then(|error| self.make(error));
            if outcome.is_some() || !latency.is_zero() {
                emit::fault_injected(self.operation, self.attempt, latency, outcome.is_some());
                #[cfg(feature = "testing")]
                self.add(Step::Injected { latency, fails: outcome.is_some() });
            }
            (Span::from_duration(latency), outcome)
        }
    }
}

//! Entry points of this floor: what calls report of themselves.
//!
//! The only place that calls counters, exporters and subscribers. Without the feature `events` each function is empty.

#[cfg(not(feature = "events"))]
pub(crate) use self::disabled::*;
#[cfg(feature = "events")]
pub(crate) use self::enabled::*;

#[cfg(feature = "events")]
mod enabled {
    use retry_core::breaker::StateChange;
    use retry_core::internal::{Next, Span};
    use retry_core::{Class, Progress, StopReason};

    use crate::observe::event::{Event, EventKind};
    use crate::observe::labels::bounded_class;
    #[cfg(feature = "report")]
    use crate::observe::registry;
    use crate::observe::state::Observable;
    use crate::observe::subscribe::{self, DeliveryGuard};
    use crate::observe::unreadable_hint;

    /// Counts a call whose first attempt succeeded; emits no event.
    #[inline]
    #[cfg_attr(not(feature = "report"), allow(unused_variables))]
    pub(crate) fn first_success<O: Observable>(operation: &'static O) {
        #[cfg(feature = "report")]
        if operation.observed().counters.add_first_success() {
            publish(operation);
        }
    }

    /// Emits that an attempt after the first succeeded.
    pub(crate) fn recovered(operation: &'static dyn Observable, progress: &Progress) {
        emit(operation, EventKind::Recovered { attempts: progress.attempt() });
    }

    /// Emits that an attempt failed, and that its server hint cannot be read.
    pub(crate) fn attempt_failed(operation: &'static dyn Observable, progress: &Progress, class: Class) {
        let (attempt, hint) = (progress.attempt(), unreadable_hint::take());
        emit(operation, EventKind::AttemptFailed { attempt, class: bounded_class(class) });
        if let Some((_, header)) = hint.filter(|hint| hint.0 == class) {
            emit(operation, EventKind::HintUnreadable { attempt, header });
        }
    }

    /// Records the result of reading the server hint of a failure of `class`.
    ///
    /// `unreadable` is the header whose value cannot be read. The event follows with that of the failed attempt.
    pub(crate) fn hint_read(class: Class, unreadable: Option<&'static str>) {
        unreadable_hint::set(class, unreadable);
    }

    /// Returns what the last [`hint_read`] recorded as unreadable.
    pub(crate) fn take_unreadable_hint() -> Option<&'static str> {
        unreadable_hint::take().map(|(_, header)| header)
    }

    /// Emits the decision after a failure of `class`.
    ///
    /// The decision is a retry after a delay, or the end of the call.
    pub(crate) fn decided(operation: &'static dyn Observable, progress: &Progress, class: Class, next: Next) {
        let (attempt, class) = (progress.attempt(), bounded_class(class));
        if let Some(delay) = next.delay() {
            let delay = delay.as_duration();
            emit(operation, EventKind::RetryScheduled { attempt: attempt.saturating_add(1), class, delay });
            return;
        }
        stopped(operation, progress);
    }

    /// Emits that an attempt waits for a limit.
    pub(crate) fn waiting_for_limit(
        operation: &'static dyn Observable,
        progress: &Progress,
        limit: &'static str,
        delay: Span,
    ) {
        let attempt = progress.attempt().saturating_add(1);
        emit(operation, EventKind::WaitingForLimit { attempt, limit, delay: delay.as_duration() });
    }

    /// Emits that a hedge joined the first attempt of a call.
    pub(crate) fn hedge_sent(operation: &'static dyn Observable, delay: Span) {
        emit(operation, EventKind::HedgeSent { delay: delay.as_duration() });
    }

    /// Counts that the attempt whose event comes next is a hedge, and not a retry.
    ///
    /// Emits no event.
    #[cfg_attr(not(feature = "report"), allow(unused_variables))]
    pub(crate) fn hedge_ends(operation: &'static dyn Observable) {
        #[cfg(feature = "report")]
        operation.observed().counters.count_hedge();
    }

    /// Emits that no hedge joined a slow first attempt.
    pub(crate) fn hedge_refused(operation: &'static dyn Observable, reason: &'static str) {
        emit(operation, EventKind::HedgeRefused { reason });
    }

    /// Emits that a hedge ended the call with a success.
    pub(crate) fn hedge_won(operation: &'static dyn Observable) {
        emit(operation, EventKind::HedgeWon);
    }

    /// Emits that an attempt was dropped because the other one ended the call.
    pub(crate) fn attempt_dropped(operation: &'static dyn Observable, attempt: u32, succeeded: bool) {
        emit(operation, EventKind::AttemptDropped { attempt, succeeded });
    }

    /// Emits that a call joined the line of its budget.
    ///
    /// `in_line` calls stand in it now.
    pub(crate) fn waiting_for_budget(operation: &'static dyn Observable, progress: &Progress, in_line: usize) {
        let (attempt, in_line) = (progress.attempt(), u32::try_from(in_line).unwrap_or(u32::MAX));
        emit(operation, EventKind::WaitingForBudget { attempt, in_line });
    }

    /// Emits that a call in line got its retry.
    pub(crate) fn budget_granted(operation: &'static dyn Observable, progress: &Progress, waited: Span) {
        let attempt = progress.attempt().saturating_add(1);
        emit(operation, EventKind::BudgetGranted { attempt, waited: waited.as_duration() });
    }

    /// Emits why the call ended without a success.
    pub(crate) fn stopped(operation: &'static dyn Observable, progress: &Progress) {
        if progress.stop_reason() == StopReason::Budget {
            let class = bounded_class(progress.last_class().unwrap_or(Class::Unclassified));
            let denial = progress.budget_denial().unwrap_or_default();
            let is_first = operation.observed().set_denied_by_budget();
            emit(operation, EventKind::BudgetDenied { attempt: progress.attempt(), class, denial, is_first });
        }
        gave_up(operation, progress);
    }

    /// Emits that the call ended without a success.
    fn gave_up(operation: &'static dyn Observable, progress: &Progress) {
        let class = progress.last_class().map(bounded_class);
        emit(operation, EventKind::GaveUp { attempts: progress.attempt(), class, reason: progress.stop_reason() });
    }

    /// Emits that the fallback of a call without success returned one.
    pub(crate) fn answered_by_fallback(
        operation: &'static dyn Observable,
        progress: &Progress,
        age: Option<core::time::Duration>,
    ) {
        let (attempts, reason) = (progress.attempt(), progress.stop_reason());
        emit(operation, EventKind::AnsweredByFallback { attempts, reason, age });
    }

    /// Counts a call that was dropped after a failure that scheduled a retry.
    ///
    /// Emits no event.
    #[cfg_attr(not(feature = "report"), allow(unused_variables))]
    pub(crate) fn dropped(operation: &'static dyn Observable) {
        #[cfg(feature = "report")]
        operation.observed().counters.count_dropped(|| operation.now());
    }

    /// Emits that chaos delayed or failed an attempt.
    #[cfg(feature = "chaos")]
    pub(crate) fn fault_injected(
        operation: &'static dyn Observable,
        attempt: u32,
        latency: core::time::Duration,
        fails: bool,
    ) {
        emit(operation, EventKind::FaultInjected { attempt, latency, fails });
    }

    /// Emits the change of a breaker, if there is one.
    pub(crate) fn breaker_changed(operation: &'static dyn Observable, change: Option<StateChange>) {
        if let Some(change) = change {
            emit(operation, EventKind::BreakerChanged(change));
        }
    }

    /// Emits that a blocking call is about to block a thread of an async runtime.
    ///
    /// Does nothing on other threads, and emits at most once per operation.
    #[cold]
    pub(crate) fn blocks_thread(operation: &'static dyn Observable, delay: Span) {
        let observed = operation.observed();
        if !observed.has_blocked_runtime() && operation.is_runtime_thread() && observed.set_blocked_runtime() {
            emit(operation, EventKind::BlockedRuntime { delay: delay.as_duration() });
        }
    }

    /// Emits that a call returned the recorded result of its idempotency key.
    pub(crate) fn key_replayed(operation: &'static dyn Observable) {
        emit(operation, EventKind::KeyReplayed);
    }

    /// Emits that settings were loaded.
    ///
    /// `changed` operations and statics differ from the code.
    #[cfg(feature = "settings")]
    pub(crate) fn settings_loaded(changed: usize) {
        let changed = u32::try_from(changed).unwrap_or(u32::MAX);
        deliver_to_all(EventKind::SettingsLoaded { changed });
    }

    /// Emits that settings with `faults` faults were rejected.
    #[cfg(feature = "settings")]
    pub(crate) fn settings_rejected(faults: usize) {
        let faults = u32::try_from(faults).unwrap_or(u32::MAX);
        deliver_to_all(EventKind::SettingsRejected { faults });
    }

    /// Delivers an event that is not of one operation.
    #[cfg(feature = "settings")]
    fn deliver_to_all(kind: EventKind) {
        let event = &Event::new("*", kind);
        let Some(_guard) = DeliveryGuard::enter() else { return };
        #[cfg(feature = "tracing")]
        crate::observe::export_tracing::export(event);
        subscribe::notify(event);
        #[cfg(feature = "testing")]
        if let Some(scope) = crate::test_scope::current() {
            subscribe::notify_in(&scope, event);
        }
    }

    /// Counts an event, then delivers it.
    #[cold]
    #[inline(never)]
    fn emit(operation: &'static dyn Observable, kind: EventKind) {
        #[cfg(feature = "report")]
        {
            registry::register(operation);
            let now = operation.now();
            let observed = operation.observed();
            observed.counters.count(kind, observed.first_seen(now), now);
        }
        let event = &Event::new(label(operation), kind);
        let Some(_guard) = DeliveryGuard::enter() else { return };
        #[cfg(feature = "tracing")]
        crate::observe::export_tracing::export(event);
        #[cfg(feature = "metrics")]
        crate::observe::export_metrics::export(operation, event);
        subscribe::notify(event);
        #[cfg(feature = "testing")]
        subscribe::notify_scope(operation, event);
    }

    /// Registers the operation, and publishes its number of calls.
    #[cfg(feature = "report")]
    #[cold]
    #[inline(never)]
    fn publish(operation: &'static dyn Observable) {
        registry::register(operation);
        #[cfg(feature = "metrics")]
        crate::observe::export_metrics::publish_calls(operation);
    }

    /// Returns the operation's name, or `others` if it is not listed.
    fn label(operation: &'static dyn Observable) -> &'static str {
        #[cfg(feature = "report")]
        if !operation.observed().is_listed() {
            return "others";
        }
        operation.name()
    }
}

#[cfg(not(feature = "events"))]
mod disabled {
    use retry_core::breaker::StateChange;
    use retry_core::internal::{Next, Span};
    use retry_core::{Class, Progress};

    #[inline(always)]
    pub(crate) fn first_success<O>(_: &'static O) {}

    #[inline(always)]
    pub(crate) fn recovered<O>(_: &'static O, _: &Progress) {}

    #[inline(always)]
    pub(crate) fn waiting_for_limit<O>(_: &'static O, _: &Progress, _: &'static str, _: Span) {}

    #[inline(always)]
    pub(crate) fn hedge_sent<O>(_: &'static O, _: Span) {}

    #[inline(always)]
    pub(crate) fn hedge_ends<O>(_: &'static O) {}

    #[inline(always)]
    pub(crate) fn hedge_refused<O>(_: &'static O, _: &'static str) {}

    #[inline(always)]
    pub(crate) fn hedge_won<O>(_: &'static O) {}

    #[inline(always)]
    pub(crate) fn attempt_dropped<O>(_: &'static O, _: u32, _: bool) {}

    #[inline(always)]
    pub(crate) fn attempt_failed<O>(_: &'static O, _: &Progress, _: Class) {}

    #[inline(always)]
    pub(crate) fn hint_read(_: Class, _: Option<&'static str>) {}

    #[inline]
    pub(crate) fn take_unreadable_hint() -> Option<&'static str> {
        None
    }

    #[inline(always)]
    pub(crate) fn decided<O>(_: &'static O, _: &Progress, _: Class, _: Next) {}

    #[inline(always)]
    pub(crate) fn waiting_for_budget<O>(_: &'static O, _: &Progress, _: usize) {}

    #[inline(always)]
    pub(crate) fn budget_granted<O>(_: &'static O, _: &Progress, _: Span) {}

    #[inline(always)]
    pub(crate) fn stopped<O>(_: &'static O, _: &Progress) {}

    #[inline(always)]
    pub(crate) fn answered_by_fallback<O>(_: &'static O, _: &Progress, _: Option<core::time::Duration>) {}

    #[inline(always)]
    pub(crate) fn dropped<O>(_: &'static O) {}

    #[cfg(feature = "settings")]
    #[inline(always)]
    pub(crate) fn settings_loaded(_: usize) {}

    #[cfg(feature = "settings")]
    #[inline(always)]
    pub(crate) fn settings_rejected(_: usize) {}

    #[inline(always)]
    pub(crate) fn breaker_changed<O>(_: &'static O, _: Option<StateChange>) {}

    #[inline(always)]
    pub(crate) fn blocks_thread<O>(_: &'static O, _: Span) {}
}

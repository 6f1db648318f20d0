//! Subscribers: functions of the user that receive every event.

use core::cell::Cell;
use core::fmt;
use std::sync::OnceLock;
#[cfg(feature = "testing")]
use std::sync::{Arc, Mutex, PoisonError};
use std::thread_local;
#[cfg(feature = "testing")]
use std::vec::Vec;

use crate::observe::event::Event;
#[cfg(feature = "testing")]
use crate::observe::state::Observable;
#[cfg(feature = "testing")]
use crate::test_scope::{Generation, ScopeState};

const MAX_SUBSCRIBERS: usize = 8;

static SUBSCRIBERS: [OnceLock<fn(&Event)>; MAX_SUBSCRIBERS] = [const { OnceLock::new() }; MAX_SUBSCRIBERS];

thread_local! {
    static IS_DELIVERING: Cell<bool> = const { Cell::new(false) };
}

/// Calls `subscriber` with every event of this process.
///
/// The subscriber runs on the thread of the event, before the call goes on. It must be quick: no lock that others hold
/// for long, no I/O.
///
/// Calls made inside a subscriber are counted in the report and deliver no events: an operation that reports failures,
/// and fails itself, does not recurse.
///
/// # Errors
///
/// Returns an error if there are eight subscribers already.
///
/// # Panics
///
/// Never panics itself; a panic of `subscriber` unwinds through the call that emitted the event.
pub fn subscribe(subscriber: fn(&Event)) -> Result<(), TooManySubscribers> {
    let is_free = |slot: &&OnceLock<fn(&Event)>| slot.set(subscriber).is_ok();
    SUBSCRIBERS.iter().find(is_free).map(drop).ok_or(TooManySubscribers)
}

/// Error of a ninth [`subscribe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManySubscribers;

impl fmt::Display for TooManySubscribers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there are {MAX_SUBSCRIBERS} subscribers already; subscribe once, at program start")
    }
}

impl core::error::Error for TooManySubscribers {}

/// Calls every subscriber with `event`.
pub(super) fn notify(event: &Event) {
    for subscriber in SUBSCRIBERS.iter().map_while(OnceLock::get) {
        subscriber(event);
    }
}

/// Subscribers of a test's scope.
#[cfg(feature = "testing")]
#[derive(Default)]
struct ScopeSubscribers(Mutex<Vec<ScopeSubscriber>>);

#[cfg(feature = "testing")]
type ScopeSubscriber = Arc<dyn Fn(&Event) + Send + Sync>;

/// Calls `subscriber` with every event of `scope`.
#[cfg(feature = "testing")]
pub(crate) fn subscribe_in(scope: &ScopeState, subscriber: ScopeSubscriber) {
    scope.kept::<ScopeSubscribers>().0.lock().unwrap_or_else(PoisonError::into_inner).push(subscriber);
}

/// Calls the subscribers of the operation's scope with `event`.
#[cfg(feature = "testing")]
pub(super) fn notify_scope(operation: &dyn Observable, event: &Event) {
    let Some(scope) = operation.scope().and_then(Generation::scope) else { return };
    notify_in(&scope, event);
}

/// Calls the subscribers of `scope` with `event`.
#[cfg(feature = "testing")]
pub(super) fn notify_in(scope: &ScopeState, event: &Event) {
    // Called without the lock, because a subscriber may subscribe another one.
    let subscribers = scope.kept::<ScopeSubscribers>().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for subscriber in subscribers {
        subscriber(event);
    }
}

/// Guard that suppresses the events of this thread until it is dropped.
pub(super) struct DeliveryGuard(());

impl DeliveryGuard {
    /// Returns `None` during another delivery on this thread.
    pub(super) fn enter() -> Option<Self> {
        // Constructed lazily: dropping a second guard would end the delivery of the first one.
        (!IS_DELIVERING.replace(true)).then(|| Self(()))
    }
}

impl Drop for DeliveryGuard {
    fn drop(&mut self) {
        IS_DELIVERING.set(false);
    }
}

//! Who hears of events.

use core::cell::Cell;
use core::fmt;
use std::sync::OnceLock;
use std::thread_local;

use crate::Operation;
use crate::events::{Event, EventKind};

const MOST: usize = 8;

static SUBSCRIBERS: [OnceLock<fn(&Event)>; MOST] = [const { OnceLock::new() }; MOST];

thread_local! {
    static IS_SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Calls `hear` with every event of this process, on the thread where it happens, and before the call goes on. So be
/// quick: no lock that others hold for long, no I/O.
///
/// What `hear` itself calls sends no events to anybody, so that an operation that reports failures, and fails, does not
/// report its own for ever; the report counts them.
///
/// # Errors
///
/// If there are eight already.
///
/// # Panics
///
/// Not here; a `hear` that panics, panics in the call.
pub fn subscribe(hear: fn(&Event)) -> Result<(), TooManySubscribers> {
    let is_free = |place: &&OnceLock<fn(&Event)>| place.set(hear).is_ok();
    SUBSCRIBERS.iter().find(is_free).map(drop).ok_or(TooManySubscribers)
}

/// There are eight subscribers already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManySubscribers;

impl fmt::Display for TooManySubscribers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there are {MOST} subscribers already; subscribe once, where the program starts")
    }
}

impl core::error::Error for TooManySubscribers {}

/// Sends it to all who hear.
pub(crate) fn send(operation: &'static Operation, kind: EventKind) {
    let event = &Event { operation: name(operation), kind };
    let Some(_sending) = Sending::begin() else { return };
    #[cfg(feature = "tracing")]
    crate::events::trace::send(event);
    #[cfg(feature = "metrics")]
    crate::metrics::send(operation, event);
    for hear in SUBSCRIBERS.iter().map_while(OnceLock::get) {
        hear(event);
    }
}

/// The operation's name, if it is one of a bounded number.
fn name(operation: &'static Operation) -> &'static str {
    #[cfg(feature = "report")]
    if !operation.observed().counted.is_listed() {
        return "others";
    }
    operation.name()
}

/// Until it is dropped, also by a panic, nothing else is sent by this thread.
struct Sending(());

impl Sending {
    fn begin() -> Option<Self> {
        // Not made where another one is under way, since dropping it would end that one's.
        (!IS_SENDING.replace(true)).then(|| Self(()))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        IS_SENDING.set(false);
    }
}

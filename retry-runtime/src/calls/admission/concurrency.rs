//! Client-side limit on attempts at a time.

use core::fmt;
use core::task::Waker;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use retry_core::PolicyError;
use retry_core::display::Time;
use retry_core::internal::{Places, Span};
use retry_core::validate::{accept, place_wait, places};

/// Client-side limit on attempts at a time, retries included.
///
/// Write `concurrency = 20` for a limit of one operation. Put it in a `static` that several operations share, and name it by
/// `concurrency = PATH`.
///
/// An attempt beyond the limit waits in the order in which it asked, for at most half of the time that is left until the
/// call's deadline; [`wait`](Self::wait) sets another time. Then the call ends, with its last error or one made from
/// [`Stopped`](crate::Stopped), and with [`StopReason::Concurrency`](crate::StopReason::Concurrency). Under overload, half of
/// the time serves as many calls as any other rule, and waiting until the deadline serves nearly none, because each call
/// begins too late.
///
/// Without a deadline it waits as long as places become free, so that a batch loses nothing: after half a second in the
/// order of arrival it lets younger attempts go first, and the call ends if no place became free for ten minutes.
///
/// A call has its place while an attempt runs, and not during delays. One that is dropped gives it back. Give the
/// attempts a timeout, because one that never ends keeps its place. An operation inside an attempt needs another limit:
/// attempts that have all places would wait for one more.
///
/// ```
/// use retry_runtime::{Concurrency, retry};
///
/// static DB: Concurrency = Concurrency::new(20);
///
/// #[retry(retry_on = transient, concurrency = DB)]
/// async fn load() -> Result<u32, std::io::Error> {
///     assert_eq!(DB.in_use(), 1);
///     Ok(3)
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # assert_eq!(runtime.block_on(load()).unwrap(), 3);
/// # assert_eq!(DB.in_use(), 0);
/// ```
///
/// ```compile_fail
/// static NONE: retry_runtime::Concurrency = retry_runtime::Concurrency::new(0);
/// # let _ = &NONE;
/// ```
pub struct Concurrency {
    places: Places,
    /// `None` for half of the time that is left, or no bound without a deadline.
    wait: Option<Span>,
    queue: Mutex<Queue>,
}

/// Calls that wait, in the order in which they asked.
///
/// One that is no longer in it has a place.
#[derive(Debug)]
struct Queue {
    waiting: BTreeMap<u64, Waker>,
    /// Calls without a bound that have let younger ones go first.
    overdue: BTreeMap<u64, Overdue>,
    next: u64,
    /// Number of places that became free while calls waited.
    handed_over: u64,
}

#[derive(Debug)]
struct Overdue {
    waker: Waker,
    /// Places that had become free when it last looked.
    seen: u64,
}

/// State of a call that joined the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InQueue {
    HasPlace,
    Waits,
    HasLeft,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.overdue.is_empty()
    }

    fn remove(&mut self, number: u64) -> Option<Waker> {
        let waiting = self.waiting.remove(&number);
        waiting.or_else(|| self.overdue.remove(&number).map(|call| call.waker))
    }

    fn pop_first(&mut self) -> Option<Waker> {
        self.handed_over += 1;
        let first = self.waiting.pop_first().map(|(_, waker)| waker);
        first.or_else(|| self.overdue.pop_first().map(|(_, call)| call.waker))
    }
}

impl Concurrency {
    /// Allows `attempts` attempts at a time, from 1 to 1,000,000.
    ///
    /// # Panics
    ///
    /// If `attempts` is outside that range. In a constant this is a compile error.
    #[track_caller]
    pub const fn new(attempts: u32) -> Self {
        accept(places(attempts));
        Self::with(attempts, None)
    }

    /// Creates a limit from configuration. It is like [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// If `attempts` is outside 1 to 1,000,000. The message is the one of the compile error.
    ///
    /// ```
    /// use retry_runtime::Concurrency;
    ///
    /// assert!(Concurrency::try_new(20).is_ok());
    /// assert!(Concurrency::try_new(0).unwrap_err().to_string().starts_with("a concurrency limit of zero"));
    /// ```
    pub fn try_new(attempts: u32) -> Result<Self, PolicyError> {
        places(attempts)?;
        Ok(Self::with(attempts, None))
    }

    /// Sets the longest wait for a place, above zero and at most a day.
    ///
    /// The deadline still ends it.
    ///
    /// # Panics
    ///
    /// If `time` is outside that range. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn wait(mut self, time: Duration) -> Self {
        accept(place_wait(time));
        self.wait = Some(Span::from_duration(time));
        self
    }

    /// Ends the call of an attempt beyond the limit at once.
    #[must_use]
    pub const fn refusing(mut self) -> Self {
        self.wait = Some(Span::ZERO);
        self
    }

    /// Creates another limit with the same settings, of which nothing is in use.
    ///
    /// A keyed limit has one for each key.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        Self::with(self.places.limit(), self.wait)
    }

    const fn with(attempts: u32, wait: Option<Span>) -> Self {
        let queue = Queue { waiting: BTreeMap::new(), overdue: BTreeMap::new(), next: 0, handed_over: 0 };
        Self { places: Places::new(attempts), wait, queue: Mutex::new(queue) }
    }

    /// Returns the number of attempts that run.
    ///
    /// Other threads may change it at any time.
    pub fn in_use(&self) -> u32 {
        self.places.in_use()
    }

    /// Returns the longest wait for a place.
    ///
    /// The result is `None` for half of the time that is left, or no bound without a deadline.
    pub(super) const fn longest_wait(&self) -> Option<Span> {
        self.wait
    }

    /// Takes a place if one is free and nobody waits.
    #[inline]
    pub(super) fn try_take(&self) -> bool {
        self.places.try_take()
    }

    /// Takes a place, or joins the queue and returns a number in it.
    pub(super) fn join(&self, waker: &Waker) -> Option<u64> {
        let mut queue = self.locked();
        if self.places.take_or_queue(queue.is_empty()) {
            return None;
        }
        let number = queue.next;
        queue.next += 1;
        queue.waiting.insert(number, waker.clone());
        Some(number)
    }

    /// Returns whether the call with this number waits or has a place.
    ///
    /// If it waits, `waker` is woken when it has one.
    pub(super) fn poll(&self, number: u64, waker: &Waker) -> InQueue {
        let mut queue = self.locked();
        let queue = &mut *queue;
        let waiting = queue.waiting.get_mut(&number);
        match waiting.or_else(|| queue.overdue.get_mut(&number).map(|call| &mut call.waker)) {
            Some(waiting) => {
                waiting.clone_from(waker);
                InQueue::Waits
            }
            None => InQueue::HasPlace,
        }
    }

    /// Lets younger calls go before the one with this number, which has no bound.
    ///
    /// It leaves the queue if no place became free since it was called before.
    #[cold]
    pub(super) fn outwait(&self, number: u64, waker: &Waker) -> InQueue {
        let mut queue = self.locked();
        let handed_over = queue.handed_over;
        let is_stuck = queue.overdue.get(&number).is_some_and(|call| call.seen == handed_over);
        if queue.remove(number).is_none() {
            return InQueue::HasPlace;
        }
        if !is_stuck {
            queue.overdue.insert(number, Overdue { waker: waker.clone(), seen: handed_over });
            return InQueue::Waits;
        }
        if queue.is_empty() {
            self.places.leave_queue();
        }
        InQueue::HasLeft
    }

    /// Leaves the queue, unless the call has a place already.
    pub(super) fn leave(&self, number: u64) -> InQueue {
        let mut queue = self.locked();
        if queue.remove(number).is_none() {
            return InQueue::HasPlace;
        }
        if queue.is_empty() {
            self.places.leave_queue();
        }
        InQueue::HasLeft
    }

    /// Releases a place, or gives it to the call that has waited longest.
    #[inline]
    pub(super) fn release(&self) {
        if !self.places.release() {
            self.hand_over();
        }
    }

    #[cold]
    fn hand_over(&self) {
        let mut queue = self.locked();
        let first = queue.pop_first();
        match &first {
            None => self.places.release_queue(),
            Some(_) if queue.is_empty() => self.places.leave_queue(),
            Some(_) => {}
        }
        drop(queue);
        // Without the lock, because a waker is code of others.
        if let Some(waker) = first {
            waker.wake();
        }
    }

    /// Locks the queue, also after the clone of a waker has panicked.
    fn locked(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Formats the limit like its constructors: `new(20), wait(200ms)`.
impl fmt::Display for Concurrency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "new({})", self.places.limit())?;
        match self.wait {
            None => Ok(()),
            Some(Span::ZERO) => formatter.write_str(", refusing"),
            Some(wait) => write!(formatter, ", wait({})", Time(wait.as_nanos())),
        }
    }
}

impl fmt::Debug for Concurrency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Concurrency")
            .field("attempts", &self.places.limit())
            .field("wait", &self.wait)
            .field("in_use", &self.in_use())
            .finish_non_exhaustive()
    }
}

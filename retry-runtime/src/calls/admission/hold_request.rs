//! Holds of a pace that the body of an attempt requests.

use core::cell::Cell;
use core::time::Duration;
use std::thread_local;

use retry_core::Moment;

/// Hold that the running attempt requests of its pace.
#[derive(Clone, Copy, Debug)]
struct HoldRequest {
    /// Clock of the call.
    now: fn() -> Moment,
    ends: HoldEnds,
}

/// Ends of the holds that an attempt requests; the origin if it requests none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoldEnds {
    /// End of the hold that begins when the attempt next waits.
    pub(crate) at_once: Moment,
    /// End of the hold that begins when the attempt is over.
    pub(crate) when_over: Moment,
}

thread_local! {
    /// Request of the innermost attempt that has a pace.
    ///
    /// It is `None` outside of such attempts.
    static REQUEST: Cell<Option<HoldRequest>> = const { Cell::new(None) };
}

/// The running code is inside an attempt that has a pace.
///
/// Leaving it, or dropping it by a panic, restores the request of the attempt outside.
#[derive(Debug)]
pub struct HoldScope {
    outer: Option<HoldRequest>,
}

impl HoldEnds {
    pub(crate) const NONE: Self = Self { at_once: Moment::ORIGIN, when_over: Moment::ORIGIN };

    /// Returns the later end.
    pub(crate) fn latest(self) -> Moment {
        self.at_once.max(self.when_over)
    }
}

impl HoldScope {
    /// Enters an attempt of a call that reads the clock `now`.
    pub(crate) fn enter(now: fn() -> Moment) -> Self {
        Self { outer: REQUEST.replace(Some(HoldRequest { now, ends: HoldEnds::NONE })) }
    }

    /// Leaves the attempt, and returns what it has requested.
    pub(crate) fn leave(self) -> HoldEnds {
        let request = REQUEST.replace(self.outer);
        core::mem::forget(self);
        request.map_or(HoldEnds::NONE, |request| request.ends)
    }
}

impl Drop for HoldScope {
    fn drop(&mut self) {
        REQUEST.set(self.outer);
    }
}

/// Returns whether the running code is inside an attempt that has a pace.
#[cfg(feature = "http")]
pub(crate) fn has_pace() -> bool {
    REQUEST.get().is_some()
}

/// Holds the pace of the running attempt for `time`.
///
/// Call it in the body of a function with [`pace`](crate::guide::limits), when an answer says that the next request will be
/// rejected. Then no caller of the pace begins an attempt for `time`, so that none is rejected. It does not matter how the
/// attempt ends. The rate is not cut, because the service has not rejected anything.
///
/// The headers `RateLimit`, `RateLimit-Remaining` and `X-RateLimit-Remaining` need no such call: [`check`], [`check_head`]
/// and the classes of a response hold the pace by them. For other headers or a message, call it yourself.
///
/// - The hold is at most `max_retry_after` of the call, which is 60 s by default. After it comes a random time, so that
///   processes do not come back at once. A time of zero changes nothing, nor does one that ends before the present hold.
/// - It begins when the attempt next waits, or ends. A blocking attempt does not wait, so for it the hold begins at its end. It ends
///   `time` after this call in any case.
/// - If the attempt fails as [`Throttled`](crate::Class::Throttled), that holds and cuts the pace as always, for the longer
///   of both times.
/// - It holds the pace of the innermost attempt that has one. A function without a pace that the attempt calls is part of
///   it; one with a pace of its own holds that and not the outer one.
/// - In a task or on a thread that the attempt has spawned, in `on_retry` and `fallback`, and outside of attempts with a
///   pace, it does nothing. Return the time from the task, and call it in the attempt.
///
/// [`check`]: crate::http::check
/// [`check_head`]: crate::http::check_head
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Pace, hold_pace, retry};
/// # use std::io;
/// # struct Reply { tokens_left: u32, seconds_to_reset: u64, text: String }
/// # async fn send(prompt: &str) -> io::Result<Reply> {
/// #     Ok(Reply { tokens_left: 0, seconds_to_reset: 20, text: prompt.to_owned() })
/// # }
///
/// static MODEL: Pace = Pace::new();
///
/// #[retry(retry_on = transient, pace = MODEL, deadline = 60s)]
/// async fn complete(prompt: &str) -> io::Result<String> {
///     let reply = send(prompt).await?;
///     if reply.tokens_left == 0 {
///         hold_pace(Duration::from_secs(reply.seconds_to_reset));
///     }
///     Ok(reply.text)
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
/// # runtime.block_on(async {
///
/// let begun = tokio::time::Instant::now();
/// complete("the first one").await.unwrap();
/// assert_eq!(begun.elapsed(), Duration::ZERO);
/// complete("is served after the reset").await.unwrap();
/// assert!(begun.elapsed() >= Duration::from_secs(20));
/// # });
/// ```
pub fn hold_pace(time: Duration) {
    request(time, |ends| &mut ends.at_once);
}

/// Holds the pace of the running attempt when it is over.
///
/// It holds for what is left of `time` then.
///
/// A response that rejects load cuts the rate when the attempt fails by it. A hold before would hide that the rate was too
/// high.
#[cfg(feature = "http")]
pub(crate) fn hold_pace_when_over(time: Duration) {
    request(time, |ends| &mut ends.when_over);
}

fn request(time: Duration, end: impl FnOnce(&mut HoldEnds) -> &mut Moment) {
    if time.is_zero() {
        return;
    }
    if let Some(mut request) = REQUEST.get() {
        let end = end(&mut request.ends);
        *end = (*end).max((request.now)().after(time));
        REQUEST.set(Some(request));
    }
}

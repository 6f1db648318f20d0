//! Setters of a breaker: each written once, for constants and for values that are read when the program runs.

use core::time::Duration;

use crate::breaker::Breaker;
use crate::breaker::permit::StateChange;
use crate::breaker::settings::Settings;
use crate::breaker::validate::{BreakerError, Rule, accept};
use crate::class::Classes;

/// Makes a [`Breaker`] from values that are known when the program runs; see [`Breaker::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct BreakerBuilder {
    settings: Settings,
    /// The first rule that was broken.
    fault: Rule,
}

impl Breaker {
    /// A breaker from configuration: the same options with the same rules, checked by
    /// [`build`](BreakerBuilder::build).
    ///
    /// ```
    /// use retry_runtime::Breaker;
    ///
    /// # fn main() -> Result<(), retry_runtime::BreakerError> {
    /// let rate = 0.3; // from a file
    /// let breaker = Breaker::builder().failure_rate(rate).window_calls(50).build()?;
    /// # let _ = breaker;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn builder() -> BreakerBuilder {
        BreakerBuilder { settings: Settings::new(), fault: Ok(()) }
    }
}

impl Breaker {
    /// Calls this with each change of state, on the thread that changed it, once the state is there for all: for a log
    /// line or an alarm. It should be quick, since a call waits for it.
    ///
    /// ```
    /// use retry_runtime::breaker::{Breaker, State};
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// static OPENED: AtomicU32 = AtomicU32::new(0);
    /// static SHOP: Breaker = Breaker::new().on_change(|change| {
    ///     if matches!(change.to(), State::Open | State::ForcedOpen) {
    ///         OPENED.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// });
    ///
    /// SHOP.force_open();
    /// assert_eq!(OPENED.load(Ordering::Relaxed), 1);
    /// ```
    #[must_use]
    pub const fn on_change(mut self, hook: fn(&StateChange)) -> Self {
        self.settings.on_change = Some(hook);
        self
    }
}

impl BreakerBuilder {
    /// Calls this with each change of state; see [`Breaker::on_change`].
    pub const fn on_change(mut self, hook: fn(&StateChange)) -> Self {
        self.settings.on_change = Some(hook);
        self
    }

    /// The breaker, with every rule of the compiler's.
    ///
    /// # Errors
    ///
    /// The first rule that was broken, in the compiler's words.
    pub fn build(self) -> Result<Breaker, BreakerError> {
        self.fault.map(|()| Breaker::closed(self.settings))
    }
}

/// One option of both ways to make a breaker.
macro_rules! options {
    ($($(#[doc = $doc:literal])* #[panics = $panics:literal] $name:ident($($argument:ident: $type:ty),*);)*) => {
        impl Breaker {
            $(
                $(#[doc = $doc])*
                ///
                /// # Panics
                ///
                #[doc = concat!($panics, "; in a constant the compiler says so.")]
                #[must_use]
                #[track_caller]
                pub const fn $name(mut self, $($argument: $type),*) -> Self {
                    accept(self.settings.$name($($argument),*));
                    self
                }
            )*
        }

        impl BreakerBuilder {
            $(
                $(#[doc = $doc])*
                pub fn $name(mut self, $($argument: $type),*) -> Self {
                    let checked = self.settings.$name($($argument),*);
                    self.fault = self.fault.and(checked);
                    self
                }
            )*
        }
    };
}

options! {
    /// It opens when at least this share of the calls in the window failed: above 0, at most 1. Half unless said
    /// otherwise.
    #[panics = "At a rate that is not above 0 and at most 1"]
    failure_rate(rate: f64);

    /// The window is the last so many calls: 1 to 1000. It is exact, and the window of 100 calls is the default.
    ///
    /// A breaker has one window: of `window_calls` and `window_time`, the last one said is it.
    #[panics = "Outside 1 to 1000, or below the minimum of calls"]
    window_calls(calls: u32);

    /// The window is the calls of the last so much time: 100 ms to a day. It slides by a fortieth of it.
    ///
    /// Every call then reads the clock, and writes memory that all threads share; `window_calls` does neither while
    /// all goes well.
    #[panics = "Outside 100 ms to a day"]
    window_time(time: Duration);

    /// No rate is judged by fewer calls: 20, unless said otherwise or the window holds fewer.
    #[panics = "At zero, or above the calls of the window"]
    minimum_calls(calls: u32);

    /// A call that takes longer than `after`, failed or not, is slow; it opens when at least this share of the calls
    /// in the window was slow. No call is slow unless this is said, and then every call reads the clock twice.
    #[panics = "At a time of zero or above a day, or a rate that is not above 0 and at most 1"]
    slow_calls(after: Duration, rate: f64);

    /// How long it stays open when it was closed before: 10 ms to a day, 1 s unless said otherwise, each time 25 %
    /// more or less by chance, so that the processes of a fleet do not probe as one.
    ///
    /// Recovery comes later by about this time, twice it after a hang: in a simulated chain of services whose outage
    /// ends, every call works again after 1 to 3 s with 1 s, after 7 to 11 s with 5 s.
    #[panics = "Outside 10 ms to a day, or above `longest_open`"]
    open_for(time: Duration);

    /// The longest that it stays open, jitter included: its open time doubles each time that probes fail, up to this.
    /// Twice `open_for` unless said otherwise, for its reason.
    #[panics = "Outside 10 ms to a day, or below `open_for`"]
    longest_open(time: Duration);

    /// When the open time is over, so many calls are admitted: 1 to 100, 3 unless said otherwise. What they end in
    /// closes or opens it, by the same rates.
    #[panics = "Outside 1 to 100"]
    half_open_probes(probes: u32);

    /// Failures of these classes are not counted, neither as failures nor as calls.
    ///
    /// `Permanent`, and the statuses that a retry cannot help such as 404, never are: they answer one request and say
    /// nothing about the service.
    #[panics = "If the set was given a status outside `400..=599`"]
    ignore(classes: Classes);
}

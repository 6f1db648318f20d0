//! Setters of a breaker, each written once.
//!
//! They serve constants, and values that are known when the program runs.

use core::time::Duration;

use crate::breaker::Breaker;
use crate::breaker::permit::StateChange;
use crate::breaker::settings::Settings;
use crate::breaker::validate::{BreakerError, Rule, accept};
use crate::class::Classes;

/// Builds a [`Breaker`] from values that are known when the program runs.
///
/// See [`Breaker::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct BreakerBuilder {
    settings: Settings,
    /// First broken rule.
    checked: Rule,
}

impl Breaker {
    /// Starts a breaker from configuration.
    ///
    /// It has the options and rules of a constant one. [`build`](BreakerBuilder::build) returns the first broken rule.
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
        BreakerBuilder { settings: Settings::new(), checked: Ok(()) }
    }
}

impl Breaker {
    /// Creates a breaker that opens after `failures` consecutive failures, 2 to 100.
    ///
    /// Write 10 for a service that gets about 10 calls per second or more, and 5 for fewer calls: a window of
    /// [`new`](Self::new) does not fill there during a short outage. Keep the default open time. A success between two
    /// failures starts the count again, so this breaker stays closed while a service works half of the time, and
    /// [`new`](Self::new) opens.
    ///
    /// Few failures with a long open time refuse a service that works: after 5 in a row for 60 s, a chance failure of one in
    /// five refuses half of the calls at 50 calls per second, and an outage of 10 s lasts for a minute. The policy review
    /// finds such a breaker.
    ///
    /// It is short for `window_calls(failures).minimum_calls(failures).failure_rate(1.0)`.
    ///
    /// ```
    /// use retry_runtime::Breaker;
    ///
    /// static SHOP: Breaker = Breaker::consecutive(10);
    /// assert_eq!(SHOP.to_string(), "consecutive(10), open_for(1s)");
    /// ```
    ///
    /// ```compile_fail
    /// static WRONG: retry_runtime::Breaker = retry_runtime::Breaker::consecutive(1);
    /// # let _ = &WRONG;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside 2 to 100; in a constant this is a compile error.
    #[track_caller]
    pub const fn consecutive(failures: u32) -> Self {
        let mut settings = Settings::new();
        accept(settings.consecutive(failures));
        Self::closed(settings)
    }

    /// Returns the number of consecutive failures that open it.
    ///
    /// The result is `None` if fewer failures may open it, or if it has a window of time.
    pub const fn get_consecutive(&self) -> Option<u32> {
        self.settings.get_consecutive()
    }

    /// Returns the open time after a closed period, before jitter.
    pub fn get_open_for(&self) -> Duration {
        Duration::from_nanos(self.settings.open_times().0)
    }

    /// Returns the longest open time.
    pub fn get_longest_open(&self) -> Duration {
        Duration::from_nanos(self.settings.open_times().1)
    }

    /// Returns the number of attempts that are permitted after the open time.
    pub fn get_half_open_probes(&self) -> u32 {
        self.settings.probes.into()
    }

    /// Sets a hook that is called after each change of state.
    ///
    /// It runs on the thread that made the change: for a log line or an alarm. An attempt waits for it, so it should be
    /// quick.
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
    /// Opens after `failures` consecutive failures, 2 to 100.
    ///
    /// It sets window, minimum and failure rate; see [`Breaker::consecutive`].
    ///
    /// ```
    /// use retry_runtime::Breaker;
    ///
    /// let failures = 1; // from a file
    /// let error = Breaker::builder().consecutive(failures).build().unwrap_err();
    /// assert!(error.to_string().starts_with("`consecutive` must be from 2"));
    /// ```
    pub fn consecutive(mut self, failures: u32) -> Self {
        let checked = self.settings.consecutive(failures);
        self.checked = self.checked.and(checked);
        self
    }

    /// Sets a hook that is called after each change of state.
    ///
    /// See [`Breaker::on_change`].
    pub const fn on_change(mut self, hook: fn(&StateChange)) -> Self {
        self.settings.on_change = Some(hook);
        self
    }

    /// Builds the breaker.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the message that the compiler has for a constant breaker.
    pub fn build(self) -> Result<Breaker, BreakerError> {
        self.checked.map(|()| Breaker::closed(self.settings))
    }
}

/// Defines each setter for `Breaker` and for `BreakerBuilder`.
///
/// The one panics if the rule is broken, the other remembers it.
macro_rules! setters {
    ($($(#[doc = $doc:literal])* #[panics = $panics:literal] $name:ident($($argument:ident: $type:ty),*);)*) => {
        impl Breaker {
            $(
                $(#[doc = $doc])*
                ///
                /// # Panics
                ///
                #[doc = concat!("Panics ", $panics, "; in a constant this is a compile error.")]
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
                    self.checked = self.checked.and(checked);
                    self
                }
            )*
        }
    };
}

setters! {
    /// Sets the share of failed attempts in the window at which it opens.
    ///
    /// The share is above 0, at most 1. The default is 0.5.
    #[panics = "at a rate that is not above 0 and at most 1"]
    failure_rate(rate: f64);

    /// Sets a window of the last `calls` attempts, 1 to 1000.
    ///
    /// It is exact. A window of 100 is the default.
    ///
    /// A breaker has one window: the last call of `window_calls` or `window_time` sets it.
    #[panics = "outside 1 to 1000, or below `minimum_calls`"]
    window_calls(calls: u32);

    /// Sets a window of the attempts in the last `time`, 100 ms to a day.
    ///
    /// It slides by a fortieth of it.
    ///
    /// Every attempt then reads the clock and writes memory that all threads share. With `window_calls`, good attempts do
    /// neither.
    #[panics = "outside 100 ms to a day"]
    window_time(time: Duration);

    /// Sets the number of attempts from which on a rate counts.
    ///
    /// The default is 20, or the size of the window if that is less.
    #[panics = "at zero, or above `window_calls`"]
    minimum_calls(calls: u32);

    /// Sets the time `after` which an attempt is slow, failed or not.
    ///
    /// The breaker opens when `rate`, above 0 and at most 1, of the attempts in the window were slow. By default no
    /// attempt is slow. With this, every attempt reads the clock twice.
    #[panics = "at a time of zero or above a day, or a rate that is not above 0 and at most 1"]
    slow_calls(after: Duration, rate: f64);

    /// Sets the open time after a closed period: 10 ms to a day.
    ///
    /// The default is 1 s. Each time is randomized by 25 %, so that the processes of a fleet do not probe together.
    ///
    /// Recovery is delayed by about this time, and by twice as much after a hang. In a simulated chain of services whose
    /// outage ends, all calls work again after 1 to 3 s with 1 s, and after 7 to 11 s with 5 s.
    #[panics = "outside 10 ms to a day, or above `longest_open`"]
    open_for(time: Duration);

    /// Sets the longest open time, jitter included.
    ///
    /// The open time doubles each time that probes fail, up to this. The default is twice `open_for`.
    #[panics = "outside 10 ms to a day, or below `open_for`"]
    longest_open(time: Duration);

    /// Sets the number of attempts that are permitted after the open time, 1 to 100.
    ///
    /// The default is 3. Their outcomes close or open it, by the same rates.
    #[panics = "outside 1 to 100"]
    half_open_probes(probes: u32);

    /// Sets the classes of failures that are not counted.
    ///
    /// They count neither as failures nor as attempts.
    ///
    /// `Permanent`, and the statuses that a retry cannot help such as 404, never count: they concern one request and not
    /// the service.
    #[panics = "if the set was given a status outside `400..=599`"]
    ignore(classes: Classes);
}

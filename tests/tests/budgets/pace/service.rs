//! Service with a quota: a token bucket that says when to come back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use http::Response;
use retry_runtime::http::StatusError;
use retry_runtime::{Class, Classify, Stopped};
use tokio::time::{Instant, sleep};

/// Hint of a rejection.
#[derive(Clone, Copy)]
pub(super) enum Hint {
    None,
    /// The time until the next token, rounded up to whole seconds.
    WholeSeconds,
    Constant(Duration),
}

pub(super) struct Service {
    rate: Cell<f64>,
    burst: f64,
    hint: Hint,
    begun: Instant,
    bucket: RefCell<(f64, Instant)>,
    /// Time of an outage since the begin.
    outage: Cell<Option<(Duration, Duration)>>,
    pub(super) accepted: Cell<u32>,
    pub(super) rejected: Cell<u32>,
    pub(super) sent_into_outage: Cell<u32>,
}

/// Error of a call.
#[derive(Debug)]
pub(super) enum Rejected {
    Throttled(Option<Duration>),
    Unavailable(Duration),
    Stopped,
}

impl Classify for Rejected {
    fn class(&self) -> Class {
        match self {
            Self::Throttled(_) => Class::Throttled,
            Self::Unavailable(_) => Class::Unavailable,
            Self::Stopped => Class::Permanent,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled(hint) => *hint,
            Self::Unavailable(hint) => Some(*hint),
            Self::Stopped => None,
        }
    }
}

impl From<StatusError> for Rejected {
    fn from(error: StatusError) -> Self {
        Self::Throttled(error.retry_after())
    }
}

impl From<Stopped> for Rejected {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl Service {
    /// Takes `rate` requests per second, and `burst` at once.
    pub(super) fn new(rate: f64, burst: f64, hint: Hint) -> Rc<Self> {
        let now = Instant::now();
        Rc::new(Self {
            rate: Cell::new(rate),
            burst,
            hint,
            begun: now,
            bucket: RefCell::new((burst, now)),
            outage: Cell::new(None),
            accepted: Cell::new(0),
            rejected: Cell::new(0),
            sent_into_outage: Cell::new(0),
        })
    }

    /// Makes the service unavailable from `begin` to `end`.
    pub(super) fn fail(&self, begin: Duration, end: Duration) {
        self.outage.set(Some((begin, end)));
    }

    pub(super) fn set_rate(&self, rate: f64) {
        self.refill();
        self.rate.set(rate);
    }

    fn refill(&self) {
        let now = Instant::now();
        let mut bucket = self.bucket.borrow_mut();
        bucket.0 = (bucket.0 + (now - bucket.1).as_secs_f64() * self.rate.get()).min(self.burst);
        bucket.1 = now;
    }

    pub(super) async fn ask(&self) -> Result<(), Rejected> {
        self.answer().await.0
    }

    /// Asks over HTTP: each response says by headers what is left, and in how many whole seconds more is.
    pub(super) async fn request(&self) -> Response<()> {
        let (answer, left) = self.answer().await;
        let reset = ((left.floor() + 1.0 - left) / self.rate.get()).ceil();
        let response = Response::builder().status(if answer.is_ok() { 200 } else { 429 });
        let response = response.header("x-ratelimit-remaining", left.floor().to_string());
        response.header("x-ratelimit-reset", reset.to_string()).body(()).unwrap()
    }

    /// Returns the answer to a request, and the tokens that were left when it was accepted or rejected.
    async fn answer(&self) -> (Result<(), Rejected>, f64) {
        let at = self.begun.elapsed();
        if self.outage.get().is_some_and(|(begin, end)| (begin..end).contains(&at)) {
            self.sent_into_outage.set(self.sent_into_outage.get() + 1);
            sleep(Duration::from_millis(20)).await;
            return (Err(Rejected::Unavailable(Duration::from_secs(5))), 0.0);
        }
        self.refill();
        let left = self.bucket.borrow().0;
        if left >= 1.0 {
            self.bucket.borrow_mut().0 -= 1.0;
            self.accepted.set(self.accepted.get() + 1);
            sleep(Duration::from_millis(200)).await;
            return (Ok(()), left - 1.0);
        }
        self.rejected.set(self.rejected.get() + 1);
        sleep(Duration::from_millis(20)).await;
        let hint = match self.hint {
            Hint::None => None,
            Hint::WholeSeconds => Some(Duration::from_secs_f64(((1.0 - left) / self.rate.get()).ceil())),
            Hint::Constant(hint) => Some(hint),
        };
        (Err(Rejected::Throttled(hint)), left)
    }

    /// Share of requests that were rejected.
    pub(super) fn rejected(&self) -> f64 {
        f64::from(self.rejected.get()) / f64::from(self.rejected.get() + self.accepted.get())
    }

    /// Accepted requests as a share of the quota over `time`.
    pub(super) fn goodput(&self, time: Duration) -> f64 {
        f64::from(self.accepted.get()) / (self.rate.get() * time.as_secs_f64())
    }
}

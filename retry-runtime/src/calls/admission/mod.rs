//! Admission of an attempt: pace, rate limit and concurrency limit.
//!
//! The circuit breaker comes after them. No wait for admission takes more than half of the time that is left until the deadline. Calls that wait in order until
//! their deadline would all begin too late to succeed once there are more of them than the service serves.

mod concurrency;
mod ends;
mod hold_request;
mod limits;
mod rate_limit;

pub use self::concurrency::Concurrency;
pub(crate) use self::ends::Ends;
pub use self::hold_request::hold_pace;
pub(crate) use self::hold_request::{HoldEnds, HoldScope};
#[cfg(feature = "http")]
pub(crate) use self::hold_request::{has_pace, hold_pace_when_over};
pub(crate) use self::limits::{Limits, Step};
pub use self::rate_limit::RateLimit;

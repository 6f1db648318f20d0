//! Simulated outages of your system (feature `storm`).
//!
//! A service fails for some seconds and is well again. Whether its callers let it recover depends on their policies, on its headroom and
//! on its queue. A test answers that with the code that decides in production, in virtual time, and breaks when an attribute changes:
//!
//! ```
//! use core::time::Duration;
//! use retry_runtime::retry;
//! use retry_runtime::storm::{Service, Storm, Trigger, op};
//!
//! #[retry(retry_on = transient, attempt_timeout = 1s)]
//! async fn price() -> std::io::Result<u32> {
//!     Ok(7)
//! }
//!
//! #[retry(retry_on = transient, attempt_timeout = 500ms)]
//! async fn load() -> std::io::Result<u32> {
//!     Ok(7)
//! }
//!
//! let storm = Storm::new("web", 50.0) // calls per second of users
//!     .users(Duration::from_secs(3), 1) // wait 3 s, and press again once
//!     .service(Service::new("web", 2).calls(op!(price => "stock")))
//!     .service(Service::new("stock", 2).capacity(120.0).queue(50).calls(op!(load => "db")))
//!     .service(Service::new("db", 1).takes(Duration::from_millis(5)));
//! let verdicts = storm.trigger(Trigger::Errors("db"), Duration::from_secs(5)).assert_back_within(Duration::from_secs(2));
//! assert!(verdicts.all()[0].service("stock").unwrap().peak() < 2.0);
//! ```
//!
//! Turn the feature on in `[dev-dependencies]`. The page [storms](crate::guide::storms) explains the model.

mod advice;
mod assumptions;
mod batch;
mod call_to;
mod causes;
mod error;
mod plan;
mod report;
mod service;
mod simulation;
mod topology;
mod trials;
mod trigger;
mod verdict;

pub use self::batch::{Batch, BatchVerdict};
pub use self::call_to::CallTo;
#[doc(inline)]
pub use self::call_to::op;
pub use self::error::StormError;
pub use self::service::Service;
pub use self::topology::Storm;
pub use self::trials::Trials;
pub use self::trigger::Trigger;
pub use self::verdict::{ServiceLoad, Verdict, Verdicts};

//! Report of the retries of this process (feature `report`).
//!
//! The report lists every operation that ran, and prints as a table.
//!
//! ```
//! use retry_runtime::{StopReason, retry};
//!
//! #[retry(max_attempts = 3, retry_on = transient, backoff = none, name = "shop::stock")]
//! fn stock(answers: &mut Vec<std::io::Result<u32>>) -> std::io::Result<u32> {
//!     answers.pop().unwrap()
//! }
//!
//! let timeout = || Err(std::io::ErrorKind::TimedOut.into());
//! stock(&mut vec![Ok(7)])?;
//! stock(&mut vec![Ok(7), timeout()])?;
//! stock(&mut vec![timeout(), timeout(), timeout()]).unwrap_err();
//!
//! let report = retry_runtime::report();
//! let stock = report.operation("shop::stock").unwrap();
//! assert_eq!((stock.calls, stock.first_successes, stock.recovered), (3, 1, 1));
//! assert_eq!(stock.gave_up, [(StopReason::Attempts, 1)]);
//! assert_eq!(stock.amplification, 2.0); // six attempts for three calls
//! println!("{report}");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Costs
//!
//! A call that succeeds at its first attempt increments a counter, which threads do not share as long as there are at most
//! sixteen. Nothing else is counted, and no clock is read. An operation takes a kilobyte for it, and about six more once
//! something failed: from then on each event takes a lock of that operation for a few additions.
//!
//! # Health
//!
//! [`Health`] summarizes the last minute: whether retries are many, and whether they still succeed. It is `healthy`,
//! `degraded` or `failing`. The table prints it below each operation that was not healthy, and the feature `page` shows the
//! report as a live page.
//!
//! # Counting rules
//!
//! A call counts when its first attempt has ended or was refused, an attempt when it has ended. Calls that still run are
//! therefore in `calls` and neither recovered nor given up. The same holds for calls whose future was dropped, and for
//! calls whose body panicked in a retry. A hedge is an attempt, and not a retry. A retry counts in `retries_made` when it has ended, and in `retries` when it is
//! scheduled: a cancellation, the deadline or the budget may still prevent it. A call that is dropped after a failure that scheduled a retry, as by a timeout
//! around it, counts as lost in the last minute, and so in [`Health`].
//!
//! Each place in the source code that retries an expression ([`call`](crate::call()),
//! [`call_blocking`](crate::call_blocking)) is an operation, named as in `src/shop.rs:12`. Beyond 256 places they are one
//! operation, named `expression`.

mod delay_stats;
mod health;
#[cfg(feature = "serde")]
mod serialize;
mod snapshot;
pub(crate) mod table;

pub use self::delay_stats::DelayStats;
pub use self::health::Health;
#[cfg(feature = "page")]
pub(crate) use self::snapshot::operations_with_reports;
pub use self::snapshot::{OperationReport, Report, report};
pub use crate::observe::last_minute::LastMinute;

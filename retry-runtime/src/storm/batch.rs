//! A batch in one process, and the items that a policy loses.

use core::time::Duration;
use std::format;
use std::vec::Vec;

use crate::storm::call_to::CallTo;
use crate::storm::error::StormError;
use crate::storm::plan::PlannedOperation;
use crate::storm::simulation::run_batch;

/// Largest batch.
const MAX_ITEMS: u32 = 1_000_000;

/// Batch in one process, each item of which fails at its first attempt.
///
/// A budget or a breaker that keeps a storm small may lose a batch that a few retries would save. This shows how many items.
///
/// ```
/// use retry_runtime::retry;
/// use retry_runtime::storm::{Batch, op};
///
/// #[retry(retry_on = transient)]
/// fn store() -> std::io::Result<()> {
///     Ok(())
/// }
///
/// let verdict = Batch::new(1000, 50).run(&op!(store => "files"))?;
/// assert_eq!(verdict.lost(), 0);
/// # Ok::<(), retry_runtime::storm::StormError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    items: u32,
    at_once: u32,
    takes: Duration,
    seed: u64,
}

/// Result of a [`Batch`].
#[derive(Clone, Copy, Debug)]
pub struct BatchVerdict {
    lost: u32,
    time: Duration,
}

impl Batch {
    /// Creates a batch of `items`, of which `at_once` are in work.
    ///
    /// An answer takes 5 ms on average, unless [`takes`](Self::takes) is called.
    pub const fn new(items: u32, at_once: u32) -> Self {
        Self { items, at_once, takes: Duration::from_millis(5), seed: 1 }
    }

    /// Sets the mean time of an answer, exponentially distributed.
    #[must_use]
    pub const fn takes(mut self, mean: Duration) -> Self {
        self.takes = mean;
        self
    }

    /// Sets the seed of the random numbers, 1 unless set.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Runs the batch with the operation of a call.
    ///
    /// # Errors
    ///
    /// If the operation is unknown, has values per call, or a number is out of range.
    pub fn run(self, call: &CallTo) -> Result<BatchVerdict, StormError> {
        let mut faults = Vec::new();
        for (number, name) in [(self.items, "items"), (self.at_once, "items at once")] {
            if !(1..=MAX_ITEMS).contains(&number) {
                faults.push(format!("a batch has {number} {name}; write 1 to {MAX_ITEMS}"));
            }
        }
        let operation = match PlannedOperation::new(call) {
            Ok(operation) if faults.is_empty() => operation,
            operation => {
                faults.extend(operation.err().into_iter().flatten());
                return Err(StormError { faults });
            }
        };
        let result = run_batch(&operation, (self.items, self.at_once), self.takes, self.seed);
        Ok(BatchVerdict { lost: result.lost, time: Duration::from_secs_f64(result.seconds) })
    }
}

impl BatchVerdict {
    /// Returns the number of items that failed for good.
    pub const fn lost(&self) -> u32 {
        self.lost
    }

    /// Returns the time of the batch.
    pub const fn time(&self) -> Duration {
        self.time
    }
}

//! Writing thread: commits together what arrives together.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use crate::protocol::StoreError;
use crate::stores::sqlite::job::Job;
use crate::stores::sqlite::rows::Rows;
use crate::support::random;

/// Most operations in one transaction. Other processes wait for its lock.
const MAX_GROUP: usize = 256;

pub(super) struct Writer {
    rows: Rows,
    jobs: Receiver<Box<dyn Job>>,
    busy_timeout: Duration,
    /// Jobs that need a write. Empty unless another process holds the file locked.
    waiting: Vec<Box<dyn Job>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn new(
        rows: Rows,
        jobs: Receiver<Box<dyn Job>>,
        busy_timeout: Duration,
        commits: Arc<AtomicU64>,
    ) -> Self {
        Self { rows, jobs, busy_timeout, waiting: Vec::new(), commits }
    }

    /// Runs until the store is dropped.
    pub(super) fn run(mut self) {
        while self.receive() {
            self.waiting.retain(|job| !job.is_abandoned());
            if self.waiting.is_empty() {
                continue;
            }
            match self.rows.execute("BEGIN IMMEDIATE") {
                Ok(()) => self.commit(),
                Err(StoreError::Busy) => self.refuse_expired(),
                Err(error) => self.refuse_all(&error),
            }
        }
    }

    /// Receives jobs, and answers those that need no write.
    ///
    /// Returns false when the store is dropped.
    ///
    /// Waits if there is nothing else to do.
    fn receive(&mut self) -> bool {
        if self.waiting.is_empty() {
            let Ok(job) = self.jobs.recv() else { return false };
            self.take(job);
        } else {
            match self.jobs.recv_timeout(lock_delay()) {
                Ok(job) => self.take(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        while self.waiting.len() < MAX_GROUP {
            let Ok(job) = self.jobs.try_recv() else { break };
            self.take(job);
        }
        true
    }

    fn take(&mut self, mut job: Box<dyn Job>) {
        if job.read(&self.rows) {
            job.answer();
        } else {
            self.waiting.push(job);
        }
    }

    /// Writes all waiting jobs in one transaction.
    ///
    /// Either all of them are answered, or none has happened.
    fn commit(&mut self) {
        let outcome = self.write().and_then(|()| self.rows.execute("COMMIT"));
        match outcome {
            Ok(()) => {
                // Relaxed: only the number is shared. Counted before the answers, so that a caller sees its own commit.
                self.commits.fetch_add(1, Ordering::Relaxed);
                for job in self.waiting.drain(..) {
                    job.answer();
                }
            }
            Err(error) => {
                if !self.rows.is_outside() {
                    // If the rollback fails the connection is closed, and nothing is committed either.
                    let _ = self.rows.execute("ROLLBACK");
                }
                self.refuse_all(&error);
            }
        }
    }

    fn write(&mut self) -> Result<(), StoreError> {
        for job in &mut self.waiting {
            let written = job.write(&self.rows);
            if self.rows.is_outside() {
                return written;
            }
        }
        self.rows.tidy()
    }

    fn refuse_expired(&mut self) {
        for job in core::mem::take(&mut self.waiting) {
            if job.waited() >= self.busy_timeout {
                job.refuse(StoreError::Busy);
            } else {
                self.waiting.push(job);
            }
        }
    }

    fn refuse_all(&mut self, error: &StoreError) {
        for job in self.waiting.drain(..) {
            job.refuse(error.clone());
        }
    }
}

/// Returns the delay between two attempts to lock the file.
///
/// It is random, so that two processes do not keep colliding.
fn lock_delay() -> Duration {
    Duration::from_micros(500 + random() % 1500)
}

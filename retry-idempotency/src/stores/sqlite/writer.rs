//! The thread that writes: it commits together what arrives together.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use crate::protocol::StoreError;
use crate::stores::sqlite::job::Job;
use crate::stores::sqlite::rows::Keys;
use crate::support::random;

/// The most steps in one transaction: others wait for the lock as long.
const GROUP: usize = 256;

pub(super) struct Writer {
    keys: Keys,
    jobs: Receiver<Box<dyn Job>>,
    busy_timeout: Duration,
    /// What needs a write. Empty, unless others have the file locked.
    waiting: Vec<Box<dyn Job>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn new(
        keys: Keys,
        jobs: Receiver<Box<dyn Job>>,
        busy_timeout: Duration,
        commits: Arc<AtomicU64>,
    ) -> Self {
        Self { keys, jobs, busy_timeout, waiting: Vec::new(), commits }
    }

    /// Until the store is gone.
    pub(super) fn run(mut self) {
        while self.receive() {
            self.waiting.retain(|job| !job.is_moot());
            if self.waiting.is_empty() {
                continue;
            }
            match self.keys.execute("BEGIN IMMEDIATE") {
                Ok(()) => self.commit(),
                Err(StoreError::Busy) => self.refuse_the_late(),
                Err(error) => self.refuse_all(&error),
            }
        }
    }

    /// Takes what has arrived, and answers what needs no write; waits if there is nothing else to do. False at the end.
    fn receive(&mut self) -> bool {
        if self.waiting.is_empty() {
            let Ok(job) = self.jobs.recv() else { return false };
            self.take(job);
        } else {
            match self.jobs.recv_timeout(pause()) {
                Ok(job) => self.take(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        while self.waiting.len() < GROUP {
            let Ok(job) = self.jobs.try_recv() else { break };
            self.take(job);
        }
        true
    }

    fn take(&mut self, mut job: Box<dyn Job>) {
        if job.look(&self.keys) {
            job.answer();
        } else {
            self.waiting.push(job);
        }
    }

    /// Writes all that waits. Either all of it is answered as it found things, or none of it has happened.
    fn commit(&mut self) {
        let outcome = self.write().and_then(|()| self.keys.execute("COMMIT"));
        match outcome {
            Ok(()) => {
                // Relaxed: the number alone is shared. Counted first, so that who was answered is counted.
                self.commits.fetch_add(1, Ordering::Relaxed);
                for job in self.waiting.drain(..) {
                    job.answer();
                }
            }
            Err(error) => {
                if !self.keys.is_outside() {
                    // An error of this one would change nothing: the connection is closed by then.
                    let _ = self.keys.execute("ROLLBACK");
                }
                self.refuse_all(&error);
            }
        }
    }

    fn write(&mut self) -> Result<(), StoreError> {
        for job in &mut self.waiting {
            let written = job.write(&self.keys);
            if self.keys.is_outside() {
                return written;
            }
        }
        self.keys.tidy()
    }

    fn refuse_the_late(&mut self) {
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

/// Between two tries for the lock: spread, so that two processes do not keep missing it together.
fn pause() -> Duration {
    Duration::from_micros(500 + random() % 1500)
}

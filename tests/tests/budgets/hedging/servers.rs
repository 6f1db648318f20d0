//! Servers with queues.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use retry_tests::Fault;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::MS;

/// Pseudorandom numbers (`SplitMix64`).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x5851_f42d_4c95_7f2d))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % u64::try_from(end).unwrap()).unwrap()
    }

    /// Draws a number above 0 and up to 1.
    #[allow(clippy::cast_precision_loss)] // of 53 bits none is lost
    fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.uniform().ln()
    }

    /// Draws a lognormal number with a sigma of 1.
    fn lognormal(&mut self, mean: f64) -> f64 {
        let normal = (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos();
        mean * (normal - 0.5).exp()
    }
}

/// Serves a request that has a worker.
async fn serve(worker: OwnedSemaphorePermit, work: Duration) {
    sleep(work).await;
    drop(worker);
}

/// Servers of one service, and what they count.
pub(super) struct Servers {
    workers: Vec<Arc<Semaphore>>,
    random: RefCell<Random>,
    begun: Instant,
    /// Time in which no request is answered, since the begin.
    hang: Cell<Option<(Duration, Duration)>>,
    /// True if a request whose caller has left stays in the queue.
    serves_all: Cell<bool>,
    /// Requests by the tenth of a second in which they arrived.
    arrived: RefCell<Vec<u32>>,
}

impl Servers {
    pub(super) fn new(seed: u64) -> Rc<Self> {
        let workers = (0..20).map(|_| Arc::new(Semaphore::new(4))).collect();
        Rc::new(Self {
            workers,
            random: RefCell::new(Random::new(seed ^ 0xabcd)),
            begun: Instant::now(),
            hang: Cell::new(None),
            serves_all: Cell::new(false),
            arrived: RefCell::default(),
        })
    }

    pub(super) fn hang(&self, begin: Duration, end: Duration) {
        self.hang.set(Some((begin, end)));
    }

    pub(super) fn serve_all(&self) {
        self.serves_all.set(true);
    }

    pub(super) async fn ask(&self) -> Result<(), Fault> {
        let at = self.begun.elapsed();
        self.count(at);
        let (server, work) = {
            let mut random = self.random.borrow_mut();
            (random.below(self.workers.len()), random.lognormal(0.010))
        };
        if self.hang.get().is_some_and(|(begin, end)| (begin..end).contains(&at)) {
            std::future::pending::<()>().await;
        }
        // tokio's timers have milliseconds.
        let (work, place) = (MS * rounded(work * 1000.0), self.workers[server].clone().acquire_owned());
        let answer = if self.serves_all.get() {
            tokio::task::spawn_local(async move { serve(place.await.unwrap(), work).await })
        } else {
            tokio::task::spawn_local(serve(place.await.unwrap(), work))
        };
        answer.await.map_err(|_| Fault::Bad)
    }

    fn count(&self, at: Duration) {
        let mut arrived = self.arrived.borrow_mut();
        let slot = (at.as_millis() / 100) as usize;
        if arrived.len() <= slot {
            arrived.resize(slot + 1, 0);
        }
        arrived[slot] += 1;
    }

    /// Returns the requests so far.
    pub(super) fn requests(&self) -> u32 {
        self.arrived.borrow().iter().sum()
    }

    /// Returns the requests of the busiest second.
    pub(super) fn busiest_second(&self) -> u32 {
        self.arrived.borrow().windows(10).map(|second| second.iter().sum()).max().unwrap()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates
fn rounded(millis: f64) -> u32 {
    millis.round() as u32
}

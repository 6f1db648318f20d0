//! Places of a concurrency limit under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --features std --release --test loom_concurrency`.
#![cfg(loom)]

use loom::sync::atomic::{AtomicU32, Ordering::SeqCst};
use loom::sync::{Arc, Mutex};
use loom::thread;
use retry_core::internal::Places;

/// Places with a queue as a driver has one, and what attempts observe.
struct Limited {
    places: Places,
    queue: Mutex<Vec<u32>>,
    running: AtomicU32,
    granted: AtomicU32,
}

impl Limited {
    fn new(limit: u32) -> Arc<Self> {
        let places = Places::new(limit);
        assert!(places.try_take() && places.release(), "made before there are threads");
        let limited =
            Self { places, queue: Mutex::new(Vec::new()), running: AtomicU32::new(0), granted: AtomicU32::new(0) };
        Arc::new(limited)
    }

    /// Takes a place, or joins the queue as `name`; returns whether it has one.
    fn take(&self, name: u32) -> bool {
        if self.places.try_take() {
            return true;
        }
        let mut queue = self.queue.lock().unwrap();
        if self.places.take_or_queue(queue.is_empty()) {
            return true;
        }
        queue.push(name);
        false
    }

    fn release(&self) {
        if self.places.release() {
            return;
        }
        let mut queue = self.queue.lock().unwrap();
        if queue.is_empty() {
            self.places.release_queue();
        } else {
            queue.remove(0);
            self.granted.fetch_add(1, SeqCst);
            if queue.is_empty() {
                self.places.leave_queue();
            }
        }
    }

    /// Leaves the queue; returns whether it got a place before.
    fn leave(&self, name: u32) -> bool {
        let mut queue = self.queue.lock().unwrap();
        let Some(place) = queue.iter().position(|other| *other == name) else { return true };
        queue.remove(place);
        if queue.is_empty() {
            self.places.leave_queue();
        }
        false
    }

    fn run(&self, limit: u32) {
        assert!(self.running.fetch_add(1, SeqCst) < limit, "one attempt too many");
        self.running.fetch_sub(1, SeqCst);
    }
}

fn both<A: Send + 'static, B>(
    limited: &Arc<Limited>,
    one: impl FnOnce(&Limited) -> A + Send + 'static,
    other: impl FnOnce(&Limited) -> B,
) -> (A, B) {
    let shared = Arc::clone(limited);
    let thread = thread::spawn(move || one(&shared));
    let second = other(limited);
    (thread.join().unwrap(), second)
}

/// Takes a place, runs and releases it; returns whether it ran.
fn attempt(limited: &Limited, name: u32) -> bool {
    let has_place = limited.take(name);
    if has_place {
        limited.run(1);
        limited.release();
    }
    has_place
}

#[test]
fn there_is_never_one_too_many_and_no_place_is_lost() {
    loom::model(|| {
        let limited = Limited::new(1);
        let (a, b) = both(&limited, |limited| attempt(limited, 1), |limited| attempt(limited, 2));
        // One that waited was granted the place of the other, and holds it.
        let granted = limited.granted.load(SeqCst);
        assert_eq!(granted, u32::from(!a) + u32::from(!b));
        assert_eq!(limited.places.in_use(), granted);
        if granted == 1 {
            limited.release();
        }
        assert!(limited.places.try_take(), "the place is free, and nobody waits");
    });
}

#[test]
fn who_leaves_the_queue_has_a_place_or_leaves_none_behind() {
    loom::model(|| {
        let limited = Limited::new(1);
        assert!(limited.take(0));
        let ((), has_place) = both(&limited, Limited::release, |limited| limited.take(1) || limited.leave(1));
        assert_eq!(limited.places.in_use(), u32::from(has_place));
        if has_place {
            limited.release();
        }
        assert!(limited.places.try_take());
    });
}

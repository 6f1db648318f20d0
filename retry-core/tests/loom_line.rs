//! The line of a budget under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --release --test loom_line`.
//!
//! The decisions are those of this crate, and the line is the file of `retry-runtime`, behind a mutex of loom.
#![cfg(loom)]

#[path = "../../retry-runtime/src/calls/line/queue.rs"]
#[allow(dead_code)] // the runtime uses the rest
mod queue;

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Wake, Waker};
use std::time::Duration;

use loom::sync::{Arc, Mutex};
use loom::thread;
use retry_core::internal::{Grant, RetryEnd, WaitingCredit};
use retry_core::{Budget, Moment};

use self::queue::{Patience, Place, Queue, Step};

const NOW: Moment = Moment::from_nanos(1_000_000_000_000);
const LONG: Patience = Patience { since: NOW, news: Moment::NEVER, end: Moment::NEVER };

/// Whether a call was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// A budget of one retry, and its line.
struct Scene {
    budget: Budget,
    line: Mutex<Queue>,
}

impl Scene {
    fn new() -> Arc<Self> {
        let budget = Budget::credit_of(14).wait(Duration::from_secs(30));
        // Makes all atomics before there are threads.
        budget.record_first_success();
        let _ = budget.denial();
        let scene = Arc::new(Self { budget, line: Mutex::new(Queue::default()) });
        assert!(scene.credit().start());
        assert!(!scene.credit().start());
        scene
    }

    fn credit(&self) -> WaitingCredit<'_> {
        self.budget.waiting_credit(3).expect("its calls wait")
    }

    /// Uses the line as the runtime does: wakes once the lock is released.
    fn with_line<T>(&self, access: impl FnOnce(&mut Queue) -> T) -> T {
        let mut line = self.line.lock().unwrap();
        let result = access(&mut line);
        let woken = line.take_woken();
        drop(line);
        woken.into_iter().for_each(Waker::wake);
        result
    }

    fn end(&self, end: RetryEnd) {
        if self.credit().end(end, || NOW) {
            self.with_line(|line| line.retry_ended(self.credit(), end, NOW));
        }
    }

    fn join(&self, ticket: u64, waker: &Waker) -> Place {
        self.with_line(|line| line.join(self.credit(), 1, 1, ticket, waker, NOW))
    }

    fn poll(&self, place: Place, waker: &Waker) -> Step {
        self.with_line(|line| line.poll(self.credit(), place, LONG, NOW, waker))
    }

    /// Starts, or joins the line and looks again.
    fn start(&self, waker: &Waker) -> Result<(), (Place, Step)> {
        if self.credit().start() {
            return Ok(());
        }
        let place = self.join(1, waker);
        match self.poll(place, waker) {
            Step::Go(_) => Ok(()),
            step => Err((place, step)),
        }
    }
}

fn flag() -> (std::sync::Arc<Flag>, Waker) {
    let flag = std::sync::Arc::new(Flag::default());
    (flag.clone(), flag.into())
}

/// Runs a call that wants a retry beside a retry that ends so.
fn one_waits_while_one_ends(end: RetryEnd) {
    loom::model(move || {
        let (scene, (flag, waker)) = (Scene::new(), flag());
        let other = Arc::clone(&scene);
        let ending = thread::spawn(move || other.end(end));
        let started = scene.start(&waker);
        ending.join().unwrap();
        if let Err((place, step)) = started {
            let knows_a_time = matches!(step, Step::Wait(until) if until != Moment::NEVER);
            assert!(flag.0.load(SeqCst) || knows_a_time, "nobody woke it: {step:?}");
            if end == RetryEnd::Succeeded {
                assert_eq!(scene.poll(place, &waker), Step::Go(Grant::Paid));
            }
        }
    });
}

#[test]
fn who_waits_while_a_retry_succeeds_is_handed_its_tokens() {
    one_waits_while_one_ends(RetryEnd::Succeeded);
}

#[test]
fn who_waits_while_a_retry_fails_learns_the_time_of_its_probe() {
    one_waits_while_one_ends(RetryEnd::Failed);
    one_waits_while_one_ends(RetryEnd::Dropped);
}

#[test]
fn the_token_of_a_first_success_that_makes_a_price_is_handed_over() {
    loom::model(|| {
        let (scene, (flag, waker)) = (Scene::new(), flag());
        (0..13).for_each(|_| assert!(!scene.credit().approach_rest()));
        let other = Arc::clone(&scene);
        let succeeding = thread::spawn(move || {
            if other.credit().approach_rest() {
                other.with_line(|line| line.hand_over(other.credit()));
            }
        });
        let started = scene.start(&waker);
        succeeding.join().unwrap();
        if let Err((place, step)) = started {
            assert!(flag.0.load(SeqCst), "nobody woke it: {step:?}");
            assert_eq!(scene.poll(place, &waker), Step::Go(Grant::Paid));
        }
    });
}

/// The hard moment: the head is dropped while it is handed tokens, and another call stands behind it.
#[test]
fn who_is_dropped_while_it_is_handed_tokens_hands_them_on() {
    loom::model(|| {
        let (scene, (flag, waker)) = (Scene::new(), flag());
        let head = scene.join(1, Waker::noop());
        let second = scene.join(2, &waker);
        assert!(matches!(scene.poll(head, Waker::noop()), Step::Wait(_)));
        assert!(matches!(scene.poll(second, &waker), Step::Wait(_)));
        let other = Arc::clone(&scene);
        let ending = thread::spawn(move || other.end(RetryEnd::Succeeded));
        let credit = scene.credit();
        let was_handed = !scene.with_line(|line| line.drop_out(credit, head));
        if was_handed && credit.put_back(true, || NOW) {
            scene.with_line(|line| line.retry_ended(credit, RetryEnd::Dropped, NOW));
        }
        ending.join().unwrap();
        assert!(flag.0.load(SeqCst), "nobody woke the second");
        assert_eq!(scene.poll(second, &waker), Step::Go(Grant::Paid));
        assert_eq!(scene.budget.left(3, || NOW), 21 - 14);
        assert!(!credit.has_line());
    });
}

#[test]
fn two_heads_never_go_for_the_same_tokens() {
    loom::model(|| {
        let scene = Scene::new();
        let other = Arc::clone(&scene);
        let ending = thread::spawn(move || {
            other.end(RetryEnd::Succeeded);
            other.credit().start()
        });
        let started = scene.start(Waker::noop()).is_ok();
        let new = ending.join().unwrap();
        assert!(!(started && new), "21 tokens are one price");
        assert!(started || new || scene.credit().is_under_way());
    });
}

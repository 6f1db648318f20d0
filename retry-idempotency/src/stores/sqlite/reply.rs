//! Answer of another thread.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;
use std::thread::{self, Thread};

use crate::protocol::StoreError;
use crate::stores::sqlite::error::writer_gone;

type Outcome<T> = Result<T, StoreError>;

enum Slot<T> {
    Empty(Option<Waker>),
    Full(Outcome<T>),
    Taken,
}

type Shared<T> = Arc<Mutex<Slot<T>>>;

/// Sender of an answer. If it is dropped without one, the receiver gets an error.
pub(super) struct Reply<T>(Shared<T>);

/// Receiver of an answer.
pub(super) struct Awaited<T>(Shared<T>);

pub(super) fn pair<T>() -> (Reply<T>, Awaited<T>) {
    let shared = Arc::new(Mutex::new(Slot::Empty(None)));
    (Reply(shared.clone()), Awaited(shared))
}

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, Slot<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Reply<T> {
    pub(super) fn send(self, outcome: Outcome<T>) {
        self.fill(outcome);
    }

    /// Returns true if the receiver is gone.
    pub(super) fn is_unwanted(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    fn fill(&self, outcome: Outcome<T>) {
        let mut slot = lock(&self.0);
        let Slot::Empty(waker) = &mut *slot else { return };
        let waker = waker.take();
        *slot = Slot::Full(outcome);
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        self.fill(Err(writer_gone()));
    }
}

impl<T> Future for Awaited<T> {
    type Output = Outcome<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.0);
        if let Slot::Empty(waker) = &mut *slot {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        match core::mem::replace(&mut *slot, Slot::Taken) {
            Slot::Full(outcome) => Poll::Ready(outcome),
            Slot::Empty(_) | Slot::Taken => Poll::Ready(Err(writer_gone())),
        }
    }
}

impl<T> Awaited<T> {
    /// Blocks this thread until the answer.
    pub(super) fn wait(mut self) -> Outcome<T> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(outcome) => return outcome,
                Poll::Pending => thread::park(),
            }
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

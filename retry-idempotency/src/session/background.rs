//! Ends of keys that continue in a task of their own when their caller is gone.

use std::sync::Arc;

use crate::protocol::{Ack, StoreError};
#[cfg(feature = "tokio")]
use crate::session::drain::Entered;
use crate::session::ending::Ending;
use crate::session::store_handle::StoreHandle;

/// Sends an end until the store answers.
///
/// A task of its own continues if the future is dropped.
///
/// The end is shared with that task.
pub(crate) async fn settle(store: StoreHandle<'_>, ending: Arc<Ending>) -> Result<Ack, StoreError> {
    let rest = OnDrop::new(store, Purpose::End, || Arc::clone(&ending));
    let answer = ending.send(store).await;
    rest.disarm();
    answer
}

/// Purpose of a task.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Ends a key whose body has ended.
    End,
    /// Takes back a claim whose answer was lost.
    TakeBack,
}

/// End that is sent in a task of its own if this is dropped.
///
/// Neither a thread nor a store without [`detached`](crate::Store::detached) has such tasks.
pub(crate) struct OnDrop<'a, Make: FnOnce() -> Arc<Ending>> {
    store: StoreHandle<'a>,
    purpose: Purpose,
    make: Option<Make>,
}

impl<'a, Make: FnOnce() -> Arc<Ending>> OnDrop<'a, Make> {
    pub(crate) fn new(store: StoreHandle<'a>, purpose: Purpose, make: Make) -> Self {
        Self { store, purpose, make: Some(make) }
    }

    pub(crate) fn disarm(mut self) {
        self.make = None;
    }

    /// Sends the end now: in a task of its own, or else once in this one.
    pub(crate) async fn fire(mut self) {
        let Some(make) = self.make.take() else { return };
        let ending = make();
        if !spawn(self.store, self.purpose, &ending) {
            ending.send_once(self.store).await;
        }
    }
}

impl<Make: FnOnce() -> Arc<Ending>> Drop for OnDrop<'_, Make> {
    fn drop(&mut self) {
        if let Some(make) = self.make.take() {
            spawn(self.store, self.purpose, &make());
        }
    }
}

/// Sends an end in a task of its own. Returns false if there cannot be one.
#[cfg(feature = "tokio")]
fn spawn(store: StoreHandle<'_>, purpose: Purpose, ending: &Arc<Ending>) -> bool {
    let StoreHandle::Async(store, drain) = store else { return false };
    let Some(store) = store.detached() else { return false };
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return false };
    let (entered, ending) = (Entered::new(drain.clone()), Arc::clone(ending));
    runtime.spawn(async move {
        let store = StoreHandle::Async(&*store, &entered);
        match purpose {
            Purpose::End => drop(ending.send(store).await),
            Purpose::TakeBack => ending.take_back(store).await,
        }
    });
    true
}

#[cfg(not(feature = "tokio"))]
fn spawn(_: StoreHandle<'_>, _: Purpose, _: &Arc<Ending>) -> bool {
    false
}

//! The task that takes samples while there is a page.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::page::history::{EVERY, History};

/// A history that grows while this lives, on whatever runtime it met first: its task ends with the sample that finds it gone.
#[derive(Default)]
pub(super) struct Sampler {
    history: Arc<History>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Sampler {
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Begins, unless it has begun or there is no runtime. One whose runtime has ended begins again.
    pub(super) fn begin(&self) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            *task = Some(runtime.spawn(sample(Arc::downgrade(&self.history))));
        }
    }
}

async fn sample(history: Weak<History>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // Held for the sample alone: the last page is to end this.
        let Some(history) = history.upgrade() else { return };
        history.sample(Instant::now());
    }
}

impl fmt::Debug for Sampler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sampler").finish_non_exhaustive()
    }
}

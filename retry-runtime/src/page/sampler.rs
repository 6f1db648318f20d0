//! Task that takes samples as long as a page exists.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::page::history::{History, SAMPLE_INTERVAL};

/// History and the task that extends it.
///
/// The task runs on the first runtime that called [`start`](Self::start), and ends at the first sample after the
/// sampler is dropped.
#[derive(Default)]
pub(super) struct Sampler {
    history: Arc<History>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Sampler {
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Starts the task, unless it runs or there is no runtime.
    ///
    /// Restarts it if its runtime has ended.
    pub(super) fn start(&self) {
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
    let mut ticks = interval(SAMPLE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // Held during the sample only: dropping the last page must end this task.
        let Some(history) = history.upgrade() else { return };
        history.sample(Instant::now());
    }
}

impl fmt::Debug for Sampler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sampler").finish_non_exhaustive()
    }
}

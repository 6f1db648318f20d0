//! Windows that requests have passes, in a file that survives kills.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{File, OpenOptions, read_to_string};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use rustix::process::{Pid, Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};

use crate::plan::{Armed, Effect};

/// A place that a request passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Window {
    Received,
    Claimed,
    /// The ledger row is written, the transaction open.
    Effect,
    /// The key is completed, the transaction open.
    Completed,
    Committed,
    /// The gateway has answered.
    Sent,
    Recorded,
    Answered,
    Replayed,
    /// Somebody else has taken over.
    Fenced,
    /// An earlier run was cut off.
    Takeover,
}

impl Window {
    const ALL: [Self; 11] = [
        Self::Received,
        Self::Claimed,
        Self::Effect,
        Self::Completed,
        Self::Committed,
        Self::Sent,
        Self::Recorded,
        Self::Answered,
        Self::Replayed,
        Self::Fenced,
        Self::Takeover,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The windows that must be hit.
    pub(crate) fn of(effect: Effect) -> &'static [Self] {
        match effect {
            Effect::Inside => {
                &[Self::Received, Self::Claimed, Self::Effect, Self::Completed, Self::Committed, Self::Answered]
            }
            Effect::Steps | Effect::StepOnce => {
                &[Self::Received, Self::Claimed, Self::Sent, Self::Recorded, Self::Answered]
            }
        }
    }
}

/// The log of one server.
pub(crate) struct PassLog {
    file: File,
    armed: Option<Armed>,
    passes: AtomicU32,
}

impl PassLog {
    pub(crate) fn open(path: &Path, armed: Option<Armed>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self { file, armed, passes: AtomicU32::new(0) })
    }

    /// Notes the pass by one write, which a kill leaves whole; and kills or stops this process, if it is armed here.
    pub(crate) fn pass(&self, key: &str, window: Window, token: u64) {
        let line = format!("{} {key} {} {token}\n", getpid().as_raw_nonzero(), window.name());
        (&self.file).write_all(line.as_bytes()).expect("the pass is written");
        let Some(armed) = self.armed.filter(|armed| armed.window == window) else { return };
        if self.passes.fetch_add(1, Ordering::Relaxed) + 1 != armed.pass {
            return;
        }
        let signal = if armed.stopped { Signal::STOP } else { Signal::KILL };
        kill_process(getpid(), signal).expect("a process may end itself");
        if !armed.stopped {
            loop {
                thread::park();
            }
        }
    }
}

/// Passes of all servers.
#[derive(Debug, Default)]
pub(crate) struct Passes {
    /// Number of passes of each window.
    by_window: BTreeMap<Window, u32>,
    /// The last pass of each request, by server and key.
    last: HashMap<(i32, String), Window>,
    /// The charges of runs that took over, by their tokens, from one that had recorded the charge. A run that was claimed
    /// earlier, was stopped, and goes on, may send its charge late: under the same key.
    pub(crate) sent_after_recorded: u32,
    /// The commits of a payment beyond its first.
    pub(crate) committed_again: u32,
}

impl Passes {
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut passes = Self::default();
        let names: HashMap<_, _> = Window::ALL.into_iter().map(|window| (window.name(), window)).collect();
        let (mut recorded, mut late, mut committed) = (HashMap::new(), BTreeSet::new(), BTreeSet::new());
        for line in read_to_string(path)?.lines() {
            let mut words = line.split(' ');
            let (Some(pid), Some(key), Some(window)) = (words.next(), words.next(), words.next()) else { continue };
            let token: u64 = words.next().and_then(|token| token.parse().ok()).unwrap_or(0);
            let (Ok(pid), Some(&window)) = (pid.parse(), names.get(window)) else { continue };
            *passes.by_window.entry(window).or_default() += 1;
            let request = (pid, key.to_owned());
            match window {
                Window::Recorded => {
                    recorded.entry(request.1.clone()).or_insert(token);
                }
                Window::Claimed if recorded.get(key).is_some_and(|recorder| *recorder < token) => {
                    late.insert(request.clone());
                }
                Window::Sent if late.contains(&request) => passes.sent_after_recorded += 1,
                Window::Committed if !committed.insert(request.1.clone()) => passes.committed_again += 1,
                _ => {}
            }
            if window != Window::Takeover {
                passes.last.insert(request, window);
            }
        }
        Ok(passes)
    }

    pub(crate) fn count(&self, window: Window) -> u32 {
        self.by_window.get(&window).copied().unwrap_or(0)
    }

    /// Returns the number of these killed servers that had a request in this window.
    pub(crate) fn kills_in(&self, window: Window, killed: &BTreeSet<i32>) -> u32 {
        let caught = self.last.iter().filter(|((pid, _), last)| **last == window && killed.contains(pid));
        let servers: BTreeSet<_> = caught.map(|((pid, _), _)| pid).collect();
        u32::try_from(servers.len()).unwrap_or(u32::MAX)
    }
}

/// Sends a signal to a server.
pub(crate) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

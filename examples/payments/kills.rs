//! Life of the servers: each is started, lives, and is killed, until the payments are made.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use retry_examples::random::SplitMix64;

use crate::fleet::Server;
use crate::pass_log::{Passes, Window};
use crate::plan::{Armed, Broken, LEASE, Plan};
use crate::proxy::Doors;

/// Timeout for an armed server to reach its window, and for a stopping one.
const LONGEST: Duration = Duration::from_secs(2);
/// Duration of a stop: others take over in between, after clients have asked again.
const PAUSE: Duration = LEASE.saturating_mul(4);

/// Timeout for one hit of each window; the count reports a missing one.
const LONGEST_RUN: Duration = Duration::from_secs(45);

/// Kills, stops and cuts so far.
#[derive(Debug)]
pub(crate) struct Kills {
    plan: Plan,
    doors: Arc<Doors>,
    servers: usize,
    /// The processes that were killed.
    pub(crate) killed: Mutex<BTreeSet<i32>>,
    pub(crate) pauses: AtomicU32,
    is_over: AtomicBool,
    begun: Instant,
}

/// End of a server.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Killed from outside, after this time.
    KillAfter(Duration),
    /// It kills itself in a window.
    Armed,
    /// Stopped for longer than the lease, then killed.
    Paused,
}

impl Kills {
    pub(crate) fn new(plan: Plan, doors: Arc<Doors>, servers: usize) -> Self {
        let (killed, pauses, is_over) = (Mutex::default(), AtomicU32::new(0), AtomicBool::new(false));
        Self { plan, doors, servers, killed, pauses, is_over, begun: Instant::now() }
    }

    pub(crate) fn killed(&self) -> BTreeSet<i32> {
        self.killed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns whether enough servers were killed in each window, or the fault was triggered.
    pub(crate) fn are_enough(&self, kills: u32, hits: u32) -> bool {
        let killed = self.killed();
        if killed.len() < kills as usize {
            return false;
        }
        if self.begun.elapsed() > LONGEST_RUN.saturating_mul(hits) {
            return true;
        }
        let passes = Passes::read(&self.plan.pass_log).unwrap_or_default();
        if let Some(broken) = self.plan.broken {
            return broken != Broken::NoOwnerCheck || passes.committed_again > 0;
        }
        let is_fenced = self.servers == 1 || passes.count(Window::Fenced) >= hits;
        is_fenced && Window::of(self.plan.effect).iter().all(|window| passes.kills_in(*window, &killed) >= hits)
    }

    /// Starts no further server.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Keeps one server: when one is killed, the next is started, until it is over.
    pub(crate) fn keep(&self, server: usize, seed: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut random = SplitMix64::new(seed);
        let mut turn = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            let fate = self.fate(server, turn, &mut random);
            let mut plan = self.plan.clone();
            plan.armed = self.armed(fate, &mut random);
            let mut running = Server::start(&plan)?;
            self.doors.set(server, Some(running.address));
            self.meet(fate, &mut running);
            self.doors.set(server, None);
            self.killed.lock().unwrap_or_else(PoisonError::into_inner).insert(running.pid());
            turn += 1;
        }
        Ok(())
    }

    /// The last of several servers is stopped every other time.
    fn fate(&self, server: usize, turn: u64, random: &mut SplitMix64) -> Fate {
        let is_last = self.servers > 1 && server + 1 == self.servers;
        match turn % 2 {
            0 if is_last => Fate::Paused,
            0 => Fate::KillAfter(Duration::from_millis(80 + random.bits() % 80)),
            _ => Fate::Armed,
        }
    }

    fn armed(&self, fate: Fate, random: &mut SplitMix64) -> Option<Armed> {
        let pass = 1 + u32::try_from(random.bits() % 6).unwrap_or(0);
        match fate {
            Fate::KillAfter(_) => None,
            Fate::Armed => Some(Armed { window: self.fewest(), pass, stopped: false }),
            Fate::Paused => Some(Armed { window: Window::Claimed, pass, stopped: true }),
        }
    }

    /// The window that the fewest kills have hit.
    fn fewest(&self) -> Window {
        let (passes, killed) = (Passes::read(&self.plan.pass_log).unwrap_or_default(), self.killed());
        let windows = Window::of(self.plan.effect).iter().copied();
        windows.min_by_key(|window| passes.kills_in(*window, &killed)).unwrap_or(Window::Received)
    }

    fn meet(&self, fate: Fate, server: &mut Server) {
        match fate {
            Fate::KillAfter(life) => {
                server.ends_within(life);
            }
            Fate::Armed => {
                server.ends_within(LONGEST);
            }
            Fate::Paused => {
                if server.stops_within(LONGEST) {
                    self.pauses.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                    server.go_on();
                }
                // Time to be told that the key is lost.
                server.ends_within(LEASE);
            }
        }
    }
}

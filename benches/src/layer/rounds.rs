//! Rounds of several services in turn, and their ratios.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Outcome;
use crate::layer::CONNECTIONS;
use crate::layer::connection::Connection;
use crate::stores::{median, new_key};

pub(super) const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(300);

/// Greatest ratio of the 99th percentile of a layer to that of its floor, at 64 connections.
const P99_GOAL: f64 = 2.0;

/// A service, and which requests it gets.
#[derive(Clone)]
pub(super) struct Subject {
    name: &'static str,
    address: SocketAddr,
    is_replay: bool,
    has_session: bool,
    /// Least ratio of its rate to that of the floor, and the least number of connections for which it is one.
    goal: Option<(f64, usize)>,
}

impl Subject {
    pub(super) fn new(name: &'static str, address: SocketAddr) -> Self {
        Self { name, address, is_replay: false, has_session: false, goal: None }
    }

    /// The same service, with one finished key for each connection.
    pub(super) fn replays(&self, name: &'static str) -> Self {
        Self { name, is_replay: true, goal: None, ..self.clone() }
    }

    /// Sets the least ratio of its rate to that of the floor at this number of connections and more.
    pub(super) fn with_goal(self, ratio: f64, connections: usize) -> Self {
        Self { goal: Some((ratio, connections)), ..self }
    }

    /// Each connection has a session of its own.
    pub(super) fn with_session(self) -> Self {
        Self { has_session: true, ..self }
    }
}

impl Subject {
    /// Returns the goals at this number of connections, and whether they are met.
    fn verdict(&self, connections: usize, rate: f64, p99: f64) -> String {
        let Some((least, _)) = self.goal.filter(|(_, from)| connections >= *from) else { return String::new() };
        let said = |is_met| if is_met { "met" } else { "missed" };
        // As it is printed.
        let rate = format!("; goal {least:.2}: {}", said((rate * 100.0).round() >= least * 100.0));
        if connections < 64 || self.is_replay {
            return rate;
        }
        format!("{rate}, p99 within {P99_GOAL:.2}: {}", said(p99 <= P99_GOAL))
    }
}

/// Figures of one round.
#[derive(Clone, Copy)]
struct Round {
    rate: f64,
    /// In microseconds.
    p50: f64,
    p99: f64,
}

pub(super) async fn print_group(title: &str, floor: Subject, others: Vec<Subject>) -> Outcome {
    println!("{title}");
    for connections in CONNECTIONS {
        let subjects: Vec<_> = [floor.clone()].into_iter().chain(others.iter().cloned()).collect();
        let mut rounds = vec![Vec::new(); subjects.len()];
        for round in 0..ROUNDS {
            // Each is first in its turn.
            for at in (0..subjects.len()).map(|at| (at + round) % subjects.len()) {
                rounds[at].push(measure(&subjects[at], connections).await?);
            }
        }
        for (subject, own) in subjects.iter().zip(&rounds) {
            let of = |figure: fn(&Round) -> f64| median(own.iter().map(figure).collect());
            let beside = |figure: fn(&Round) -> f64| {
                median(own.iter().zip(&rounds[0]).map(|(own, floor)| figure(own) / figure(floor)).collect())
            };
            let (rate, p99) = (beside(|round| round.rate), beside(|round| round.p99));
            println!(
                "  {connections:2} connections, {:16} {:8.0} a second ({rate:.2}), p50 {:6.0}, p99 {:6.0} ({p99:.2}){}",
                subject.name,
                of(|round| round.rate),
                of(|round| round.p50),
                of(|round| round.p99),
                subject.verdict(connections, rate, p99),
            );
        }
    }
    Ok(())
}

pub(super) async fn load(subject: Subject, connections: usize, seconds: u64) -> Outcome {
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        clients.spawn(ask(subject.clone(), Duration::from_secs(seconds)));
    }
    let mut count = 0;
    while let Some(own) = clients.join_next().await {
        count += own??.len();
    }
    println!("{} a second", count as u64 / seconds);
    Ok(())
}

async fn measure(subject: &Subject, connections: usize) -> Outcome<Round> {
    let mut clients = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..connections {
        clients.spawn(ask(subject.clone(), ROUND));
    }
    let mut times = Vec::new();
    while let Some(own) = clients.join_next().await {
        times.extend(own??);
    }
    let elapsed = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e6;
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    Ok(Round { rate: times.len() as f64 / elapsed, p50: at(50), p99: at(99) })
}

/// One request after the other on one connection, and the time of each.
async fn ask(subject: Subject, time: Duration) -> Outcome<Vec<Duration>> {
    let mut connection = Connection::open(subject.address, subject.has_session).await?;
    let (mut key, mut times) = (new_key(), Vec::new());
    if subject.is_replay {
        connection.post("/", &key).await?;
    }
    let begun = Instant::now();
    while begun.elapsed() < time {
        if !subject.is_replay {
            key = new_key();
        }
        let sent = Instant::now();
        connection.post("/", &key).await?;
        times.push(sent.elapsed());
    }
    if times.is_empty() { Err("no request in a round".into()) } else { Ok(times) }
}

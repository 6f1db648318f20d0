//! Makes the calls.

use std::error::Error;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::{JoinError, JoinSet, spawn_blocking};

use crate::journal::Journal;
use crate::operation::Operation;
use crate::stats::Stats;
use crate::visit::{Street, Visit};
use crate::{client, random};

type Failure = Box<dyn Error + Send + Sync>;

/// Makes `calls` calls, and counts what happened. Operations run side by side, each one call at a time.
///
/// # Errors
///
/// If a call panicked.
pub(crate) async fn make(street: Arc<Street>, calls: u32) -> Result<Stats, JoinError> {
    let bar = progress_bar(calls);
    let mut stats = Stats::default();
    let mut under_way = JoinSet::new();
    // Calls take turns, so the first ones are of different operations.
    for call in (0..calls).take(Operation::ALL.len()) {
        under_way.spawn(make_one(street.clone(), call));
    }
    while let Some(done) = under_way.join_next().await {
        let (call, journal, outcome) = done?;
        stats.file(Operation::of_call(call), &journal, outcome.is_ok());
        if let Err(failure) = outcome {
            bar.set_message(failure.to_string());
        }
        bar.inc(1);
        let next = (call..calls).nth(Operation::ALL.len());
        next.map(|next| under_way.spawn(make_one(street.clone(), next)));
    }
    bar.finish_and_clear();
    Ok(stats)
}

/// Makes the call of this number, and returns the number with what happened.
pub(crate) async fn make_one(street: Arc<Street>, call: u32) -> (u32, Journal, Result<(), Failure>) {
    let visit = Visit::new(street, call);
    let seed = visit.seed();
    let (visit, outcome) = if visit.operation() == Operation::Shelf {
        let blocking = move || {
            let outcome = random::seeded_blocking(seed, || client::shelf(&visit, call));
            (visit, outcome.map(drop).map_err(Failure::from))
        };
        match spawn_blocking(blocking).await {
            Ok(done) => done,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    } else {
        let outcome = random::seeded(seed, call_async(&visit)).await;
        (visit, outcome)
    };
    (call, visit.into_journal(), outcome)
}

async fn call_async(visit: &Visit) -> Result<(), Failure> {
    let number = visit.call();
    match visit.operation() {
        Operation::Quote => client::quote(visit, number).await.map(drop)?,
        Operation::Stock => client::stock(visit, number).await.map(drop)?,
        Operation::Search => client::search(visit, number).await.map(drop)?,
        Operation::Profile => client::profile(visit).await.map(drop)?,
        Operation::Picks => client::picks(visit).await.map(drop)?,
        Operation::Order => client::order(visit, number).await.map(drop)?,
        Operation::Shelf => unreachable!("the blocking one has a thread of its own"),
    }
    Ok(())
}

/// On stderr, and only if that is a terminal.
fn progress_bar(calls: u32) -> ProgressBar {
    let bar = ProgressBar::new(calls.into());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} calls  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

//! Makes the calls, many at a time.

use std::error::Error;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::{JoinError, JoinSet, spawn_blocking};

use crate::journal::Journal;
use crate::operation::Operation;
use crate::stats::Stats;
use crate::visit::{Street, Visit};
use crate::{client, random};

/// The most calls under way: few enough that a busy machine answers all of them well before an attempt timeout, since
/// a healthy attempt that is cut would change the table.
const AT_ONCE: usize = 16;

type Failure = Box<dyn Error + Send + Sync>;

/// Makes this many calls, and counts what happened.
///
/// # Errors
///
/// If a call panicked.
pub(crate) async fn make(street: Arc<Street>, calls: u32) -> Result<Stats, JoinError> {
    let bar = progress_bar(calls);
    let mut stats = Stats::default();
    let mut under_way = JoinSet::new();
    let mut to_come = 0..calls;
    loop {
        let free = AT_ONCE - under_way.len();
        for call in to_come.by_ref().take(free) {
            under_way.spawn(make_one(street.clone(), call));
        }
        let Some(done) = under_way.join_next().await else { break };
        let (operation, journal, outcome) = done?;
        stats.file(operation, &journal, outcome.is_ok());
        if let Err(failure) = outcome {
            bar.set_message(failure.to_string());
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(stats)
}

/// Makes the call of this number, and says what happened in it.
pub(crate) async fn make_one(street: Arc<Street>, call: u32) -> (Operation, Journal, Result<(), Failure>) {
    let visit = Visit::new(street, call);
    let seed = visit.seed();
    let operation = visit.operation();
    let (visit, outcome) = if operation == Operation::Shelf {
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
    (operation, visit.into_journal(), outcome)
}

async fn call_async(visit: &Visit) -> Result<(), Failure> {
    let number = visit.call();
    match visit.operation() {
        Operation::Quote => client::quote(visit, number).await.map(drop)?,
        Operation::Stock => client::stock(visit, number).await.map(drop)?,
        Operation::Search => visit.check_page(&client::search(visit, number).await?),
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

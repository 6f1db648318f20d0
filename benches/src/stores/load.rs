//! Callers that do one thing after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use retry_idempotency::Store;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Takeover, Transition};
use tokio::task::JoinSet;

use crate::Outcome;

pub(super) const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(600);
pub(super) const RESULT: [u8; 200] = [7; 200];
const SCOPE: &str = "bench";

/// A key that was not used before.
pub(crate) fn new_key() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    // Spread, as keys of clients are.
    format!("{:016x}", (NUMBER.fetch_add(1, Relaxed) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn ask(key: &str) -> Outcome<ClaimRequest<'_>> {
    let (id, holder, lease) = (Id::new(SCOPE, key)?, HolderId::random(), Duration::from_secs(30));
    Ok(ClaimRequest { id, fingerprint: None, holder, lease, takeover: Takeover::Refuse })
}

pub(super) async fn pair(store: &dyn Store, key: &str) -> Outcome {
    let ClaimOutcome::Run(held) = store.claim(&ask(key)?).await? else { return Err("a new key does not run".into()) };
    let finish = Transition::Finish { result: &RESULT, keep: Duration::from_hours(24) };
    match store.transition(&held, finish).await? {
        Ack::Applied => Ok(()),
        Ack::Lost => Err("a key that is held is lost".into()),
    }
}

pub(super) async fn replay(store: &dyn Store, key: &str) -> Outcome {
    match store.claim(&ask(key)?).await? {
        ClaimOutcome::Finished(_) => Ok(()),
        other => Err(format!("no replay: {other:?}").into()),
    }
}

/// Measures the operations per second of all callers together.
pub(super) async fn rate<F>(callers: usize, act: impl Fn() -> F) -> Outcome<f64>
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let act = Arc::new(act);
    let done = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut running = JoinSet::new();
    let spawn = |running: &mut JoinSet<Outcome>| {
        let (act, done) = (act(), Arc::clone(&done));
        running.spawn(async move {
            act.await?;
            done.fetch_add(1, Relaxed);
            Ok(())
        });
    };
    for _ in 0..callers {
        spawn(&mut running);
    }
    while let Some(ended) = running.join_next().await {
        ended??;
        if begun.elapsed() < ROUND {
            spawn(&mut running);
        }
    }
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    Ok(done.load(Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

pub(super) async fn pairs(store: &Arc<dyn Store>, callers: usize) -> Outcome<f64> {
    rate(callers, || {
        let store = Arc::clone(store);
        async move { pair(&*store, &new_key()).await }
    })
    .await
}

pub(super) async fn replays(store: &Arc<dyn Store>, callers: usize) -> Outcome<f64> {
    let key = new_key();
    pair(&**store, &key).await?;
    rate(callers, || {
        let (store, key) = (Arc::clone(store), key.clone());
        async move { replay(&*store, &key).await }
    })
    .await
}

pub(crate) fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Medians of rounds of pairs, and of replays.
pub(super) async fn print(store: &Arc<dyn Store>, callers: usize) -> Outcome {
    let (mut of_pairs, mut of_replays) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_pairs.push(pairs(store, callers).await?);
        of_replays.push(replays(store, callers).await?);
    }
    println!("  {callers:2} callers: {:9.0} pairs, {:9.0} replays", median(of_pairs), median(of_replays));
    Ok(())
}

/// The same of pairs, beside a floor in turn.
pub(super) async fn print_beside<F>(store: &Arc<dyn Store>, callers: usize, floor: impl Fn() -> F) -> Outcome
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let (mut of_pairs, mut of_floor, mut of_replays) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_floor.push(rate(callers, &floor).await?);
        of_pairs.push(pairs(store, callers).await?);
        of_replays.push(replays(store, callers).await?);
    }
    let share = median(of_pairs.iter().zip(&of_floor).map(|(pairs, floor)| pairs / floor).collect());
    println!(
        "  {callers:2} callers: {:9.0} pairs, {:9.0} the floor, {share:.2} of it; {:9.0} replays",
        median(of_pairs),
        median(of_floor),
        median(of_replays)
    );
    Ok(())
}

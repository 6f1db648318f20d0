//! Batches: jobs that all begin at once.

use retry_runtime::StopReason;

use super::*;

const NO_PLACE: Result<(), Fault> = Err(Fault::Stopped(StopReason::Concurrency, 0));

/// End of a batch.
#[derive(Debug, PartialEq)]
struct Batch {
    lost: usize,
    time: Duration,
}

/// Runs `jobs` that begin at once.
async fn at_once<F: Future<Output = Result<(), Fault>>>(jobs: usize, job: impl Fn() -> F) -> Batch {
    let begun = Instant::now();
    let results = futures_util::future::join_all((0..jobs).map(|_| job())).await;
    assert!(results.iter().all(|result| [Ok(()), NO_PLACE].contains(result)));
    Batch { lost: results.iter().filter(|result| result.is_err()).count(), time: begun.elapsed() }
}

fn millis(lost: usize, millis: u64) -> Batch {
    Batch { lost, time: Duration::from_millis(millis) }
}

#[retry(retry_on = Timeout, concurrency = 20)]
async fn job() -> Result<(), Fault> {
    sleep(SERVICE).await;
    Ok(())
}

#[retry(retry_on = Timeout, concurrency = 5)]
async fn prompt() -> Result<(), Fault> {
    sleep(10 * SECOND).await;
    Ok(())
}

#[test]
fn without_a_deadline_no_job_is_lost() {
    on_virtual_time(async {
        assert_eq!(at_once(400, job).await, millis(0, 1_000));
        assert_eq!(at_once(2_000, job).await, millis(0, 5_000));
        assert_eq!(at_once(100, prompt).await, millis(0, 200_000));
    });
}

#[retry(retry_on = Timeout, deadline = 6050ms, concurrency = 20)]
async fn late_job() -> Result<(), Fault> {
    sleep(SERVICE).await;
    Ok(())
}

#[retry(retry_on = Timeout, deadline = 12s, concurrency = 20)]
async fn job_with_more_time() -> Result<(), Fault> {
    sleep(SERVICE).await;
    Ok(())
}

#[retry(retry_on = Timeout, deadline = 6050ms, concurrency = limit(20, wait = 6050ms))]
async fn job_that_waits() -> Result<(), Fault> {
    sleep(SERVICE).await;
    Ok(())
}

#[test]
fn with_a_deadline_the_reason_names_what_saves_the_rest() {
    on_virtual_time(async {
        assert_eq!(at_once(2_000, late_job).await, millis(780, 3_050));
        let reason = StopReason::Concurrency.to_string();
        assert!(
            reason.contains("a longer `deadline` or a `wait` up to it, as in `concurrency = limit(20, wait = 10s)`"),
            "{reason}"
        );
        assert_eq!(at_once(2_000, job_with_more_time).await, millis(0, 5_000));
        assert_eq!(at_once(2_000, job_that_waits).await, millis(0, 5_000));
    });
}

#[test]
fn a_batch_lets_users_go_first() {
    for seed in SEEDS {
        let (users, batch) = on_virtual_time(async {
            let limit = Rc::new(Concurrency::new(PLACES));
            let batch = at_once(2_000, || without_deadline(&limit, SERVICE));
            let users = send(seed, &[(0, 0.5), (15, 0.0)], |work| {
                let limit = limit.clone();
                async move { with_deadline(&limit, work).await }
            });
            tokio::join!(users, batch)
        });
        let good = users.of_sent(1, 15);
        println!("seed {seed}: {good:.4} of the users, {batch:?}");
        assert!(good >= 0.99, "{seed}: {good}");
        assert_eq!(batch.lost, 0, "{seed}");
        assert!(batch.time <= 13 * SECOND, "{seed}: {batch:?}");
    }
}

#[test]
fn jobs_of_minutes_wait_for_each_other_and_one_that_hangs_holds_nobody_for_good() {
    const MINUTE: Duration = Duration::from_mins(1);
    on_virtual_time(async {
        let limit = Concurrency::new(1);
        assert_eq!(at_once(6, || without_deadline(&limit, 9 * MINUTE)).await, Batch { lost: 0, time: 54 * MINUTE });
        let hangs = without_deadline(&limit, 1_000 * MINUTE);
        let waits = at_once(5, || without_deadline(&limit, SECOND));
        let waited = tokio::select! {
            biased;
            _ = hangs => unreachable!("it takes longer"),
            batch = waits => batch,
        };
        assert_eq!(waited, Batch { lost: 5, time: 10 * MINUTE + SECOND / 2 });
        assert_eq!(limit.in_use(), 0, "the one that hung is dropped");
        without_deadline(&limit, SECOND).await.unwrap();
    });
}

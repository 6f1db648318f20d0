//! Two accounts, one of which hangs.

use std::future::pending;

use retry_runtime::KeyedConcurrency;

use super::*;

#[retry(retry_on = Timeout, deadline = 1s, concurrency = limits.get(account))]
async fn of_account(
    limits: &KeyedConcurrency<String>,
    account: &str,
    hangs: bool,
    time: Duration,
) -> Result<(), Fault> {
    if hangs {
        pending::<()>().await;
    }
    sleep(time).await;
    Ok(())
}

/// Sends calls of two accounts in turn, one of which hangs, with limits by `key`.
///
/// Returns the share of good calls of the other account.
fn scene(seed: u64, key: fn(&'static str) -> &'static str) -> f64 {
    on_virtual_time(async {
        let limits = Rc::new(KeyedConcurrency::<String>::new(Concurrency::new(PLACES)));
        let hangs = tokio::task::spawn_local({
            let limits = limits.clone();
            async move {
                let calls = send(seed, &[(0, 0.5), (15, 0.0)], |work| {
                    let limits = limits.clone();
                    async move { of_account(&limits, key("held"), true, work).await }
                });
                calls.await.failed()
            }
        });
        let calls = send(seed + 100, &[(0, 0.5), (15, 0.0)], |work| {
            let limits = limits.clone();
            async move { of_account(&limits, key("other"), false, work).await }
        });
        let good = calls.await.of_sent(0, 15);
        assert!(!hangs.is_finished(), "it hangs");
        good
    })
}

#[test]
fn an_account_that_hangs_takes_nothing_from_another() {
    for seed in SEEDS {
        let (keyed, shared) = (scene(seed, |account| account), scene(seed, |_| "all"));
        println!("seed {seed}: {keyed:.4}, on one limit {shared:.4}");
        assert!(keyed >= 0.99, "{seed}: {keyed}");
        assert!(shared <= 0.05, "{seed}: on one limit {shared}");
    }
}

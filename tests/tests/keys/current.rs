//! The key around the code that runs: right across `join!`, `select!`, threads, drops and panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use retry_runtime::IdempotencyKey;
use tokio::task::yield_now;

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// The current key before and after other tasks ran.
async fn seen() -> [Option<IdempotencyKey>; 2] {
    let before = IdempotencyKey::current();
    yield_now().await;
    [before, IdempotencyKey::current()]
}

#[tokio::test]
async fn futures_that_take_turns_see_their_own_key() {
    let (a, b, none) = tokio::join!(key("a").scope(seen()), key("b").scope(seen()), seen());
    assert_eq!(a, [Some(key("a")), Some(key("a"))]);
    assert_eq!(b, [Some(key("b")), Some(key("b"))]);
    assert_eq!(none, [None, None]);
}

#[tokio::test]
async fn a_dropped_future_leaves_nothing_around() {
    tokio::select! {
        biased;
        () = key("a").scope(std::future::pending()) => unreachable!(),
        () = std::future::ready(()) => assert_eq!(IdempotencyKey::current(), None),
    }
    assert_eq!(IdempotencyKey::current(), None);
}

#[test]
fn a_panic_puts_the_outer_key_back() {
    key("outer").scope_blocking(|| {
        let inner = AssertUnwindSafe(|| key("inner").scope_blocking(|| panic!("planned")));
        assert!(catch_unwind(inner).is_err());
        assert_eq!(IdempotencyKey::current(), Some(key("outer")));
    });
    assert_eq!(IdempotencyKey::current(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_goes_with_its_future_to_other_threads() {
    let tasks: Vec<_> = (0..32)
        .map(|number| {
            let key = key(&number.to_string());
            let look = async {
                let mut all = Vec::new();
                for _ in 0..50 {
                    all.extend(seen().await);
                }
                all
            };
            (key.clone(), tokio::spawn(key.scope(look)))
        })
        .collect();
    for (key, task) in tasks {
        assert!(task.await.unwrap().iter().all(|seen| seen.as_ref() == Some(&key)));
    }
}

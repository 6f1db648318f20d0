//! A store in a file while others hold its lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Transition};
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore, Synchronous, complete_lease, rusqlite};
use retry_idempotency::{Admin, BlockingStore, Store, StoreError};
use retry_runtime::{Class, Classify};
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::stores::harness::{KEEP, LEASE, Said, ask, finish, id, plain, step};
use crate::stores::sqlite::{Folder, claim};

fn open(folder: &Folder, busy: Duration) -> SqliteStore {
    SqliteOptions::new().synchronous(Synchronous::Normal).busy_timeout(busy).open(folder.file()).unwrap()
}

const SOON: Duration = Duration::from_millis(20);
/// Longer than any test takes, and bounded all the same.
const NEVER: Duration = Duration::from_mins(1);

fn said(store: &SqliteStore, key: &str) -> Said {
    Said::from(store.claim_blocking(&ask(key, 2)).unwrap())
}

fn done(store: &SqliteStore) {
    let held = claim(store, "done");
    assert_eq!(store.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Applied);
}

#[test]
fn what_needs_no_write_is_answered_while_the_file_is_locked() {
    let folder = Folder::new();
    let store = open(&folder, NEVER);
    claim(&store, "open");
    let held = claim(&store, "done");
    assert_eq!(store.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Applied);
    let mut shop = Connection::open(folder.file()).unwrap();
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    thread::scope(|scope| {
        let late = scope.spawn(|| store.claim_blocking(&ask("new", 1)).unwrap());
        for _ in 0..100 {
            assert_eq!(said(&store, "done"), Said::Finished(b"paid".to_vec()));
            assert_eq!(said(&store, "open"), Said::InFlight);
        }
        assert!(!late.is_finished(), "a claim cannot be noted while somebody else writes");
        tx.commit().unwrap();
        assert_eq!(Said::from(late.join().unwrap()), plain(1));
    });
    let runtime = Builder::new_current_thread().build().unwrap();
    let filter = Filter { key: Some("new"), ..Filter::default() };
    let entries = runtime.block_on(store.list(filter, None, 1)).unwrap().entries;
    assert!(entries[0].left > LEASE / 2, "it has its whole lease, from when it got the lock");
}

/// By yourself: in a write transaction of your own, any step but `complete`.
#[test]
fn a_step_that_waits_for_too_long_is_busy_and_not_lost() {
    let folder = Folder::new();
    let store = open(&folder, SOON);
    let held = claim(&store, "order");
    let mut shop = Connection::open(folder.file()).unwrap();
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let busy = store.transition_blocking(&held, step("charge", b"paid")).unwrap_err();
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");
    assert_eq!(busy.class(), Class::Unavailable, "it may be sent again");
    let busy = store.claim_blocking(&ask("another", 1)).unwrap_err();
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");
    complete_lease(&tx, &held, b"paid", KEEP).unwrap();
    tx.commit().unwrap();
    assert_eq!(said(&store, "order"), Said::Finished(b"paid".to_vec()));
    assert_eq!(said(&store, "another"), plain(1), "nothing of it was noted");
}

/// SQLite will not let it write on what others have changed since.
#[test]
fn a_transaction_that_has_read_before_others_wrote_cannot_complete() {
    let folder = Folder::new();
    let store = open(&folder, SOON);
    let mut shop = Connection::open(folder.file()).unwrap();
    let held = claim(&store, "order");
    let tx = shop.transaction().unwrap();
    tx.query_row("SELECT count(*) FROM retry_keys", [], |row| row.get::<_, u32>(0)).unwrap();
    claim(&store, "another");
    let busy = complete_lease(&tx, &held, b"paid", KEEP).unwrap_err();
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");
}

/// Nobody would run it. A change is made all the same: it says what was.
#[test]
fn a_claim_that_nobody_waits_for_is_not_begun() {
    let folder = Folder::new();
    let store = open(&folder, NEVER);
    let held = claim(&store, "order");
    let mut shop = Connection::open(folder.file()).unwrap();
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let dropped = ask("dropped", 1);
    assert!(matches!(store.claim(&dropped).as_mut().poll(&mut context), Poll::Pending));
    assert!(matches!(store.transition(&held, finish(b"paid")).as_mut().poll(&mut context), Poll::Pending));
    tx.commit().unwrap();
    // Behind both of them.
    claim(&store, "later");
    assert_eq!(said(&store, "dropped"), plain(1), "it is a first use, by somebody else");
    assert_eq!(said(&store, "order"), Said::Finished(b"paid".to_vec()));
}

#[test]
fn what_was_sent_is_written_before_the_store_is_gone() {
    let folder = Folder::new();
    let store = open(&folder, NEVER);
    let held = claim(&store, "order");
    let mut context = Context::from_waker(Waker::noop());
    drop(store.transition(&held, finish(b"paid")).as_mut().poll(&mut context));
    drop(store);
    assert_eq!(said(&open(&folder, NEVER), "order"), Said::Finished(b"paid".to_vec()));
}

/// Its thread has closed the file, and so the log is gone.
#[test]
fn the_thread_that_writes_has_ended_when_the_store_is_gone() {
    let folder = Folder::new();
    let store = open(&folder, NEVER);
    let held = claim(&store, "order");
    let (result, mut context) = (vec![7; 1 << 20], Context::from_waker(Waker::noop()));
    for _ in 0..16 {
        drop(store.transition(&held, step("charge", &result)).as_mut().poll(&mut context));
    }
    let log = folder.file().with_extension("db-wal");
    assert!(log.exists());
    drop(store);
    assert!(!log.exists(), "the file is still open");
}

/// On a clock that goes on while it waits.
#[test]
fn a_claim_that_waited_for_the_lock_has_its_whole_lease() {
    let folder = Folder::new();
    let clock = Arc::new(AtomicU64::new(1_000_000));
    let its_clock = Arc::clone(&clock);
    let options = SqliteOptions::new().synchronous(Synchronous::Normal).busy_timeout(NEVER);
    let store = options.clock(move || its_clock.load(Ordering::SeqCst)).open(folder.file()).unwrap();
    let mut shop = Connection::open(folder.file()).unwrap();
    done(&store);
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let late = ask("new", 1);
    let mut claim = store.claim(&late);
    assert!(claim.as_mut().poll(&mut context).is_pending());
    // The writer has seen it when it has answered what came behind it.
    assert_eq!(said(&store, "done"), Said::Finished(b"paid".to_vec()));
    clock.fetch_add(u64::try_from(LEASE.as_micros()).unwrap(), Ordering::SeqCst);
    tx.commit().unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    assert_eq!(Said::from(runtime.block_on(claim).unwrap()), plain(1));
    let filter = Filter { key: Some("new"), ..Filter::default() };
    assert_eq!(runtime.block_on(store.list(filter, None, 1)).unwrap().entries[0].left, LEASE);
}

/// Somebody has it locked in the old way, in which even a look must wait.
#[test]
fn a_file_that_is_locked_when_it_is_opened_is_tried_again() {
    let folder = Folder::new();
    let shop = Connection::open(folder.file()).unwrap();
    shop.execute_batch("CREATE TABLE payments (cents INTEGER); BEGIN EXCLUSIVE").unwrap();
    let options = || SqliteOptions::new().synchronous(Synchronous::Normal);
    let busy = options().busy_timeout(SOON).open(folder.file()).unwrap_err();
    assert!(matches!(busy, StoreError::Busy), "{busy:?}");
    thread::scope(|scope| {
        let opener = scope.spawn(|| options().busy_timeout(NEVER).open(folder.file()));
        let begun = Instant::now();
        while !opener.is_finished() && begun.elapsed() < 5 * SOON {
            thread::yield_now();
        }
        assert!(!opener.is_finished(), "it gave up");
        shop.execute_batch("COMMIT").unwrap();
        claim(&opener.join().unwrap().unwrap(), "order");
    });
}

/// By whichever store its row was removed, and though that one is closed.
#[test]
fn no_token_is_given_twice_though_the_clock_is_set_back() {
    let folder = Folder::new();
    let store_at = |micros: u64| SqliteOptions::new().clock(move || micros).open(folder.file()).unwrap();
    let now = 1_700_000_000_000_000;
    let runtime = Builder::new_current_thread().build().unwrap();
    let early = store_at(now / 2);
    let mut tokens = Vec::new();
    for removal in ["forget", "evict", "purge"] {
        let late = store_at(now);
        let held = claim(&late, "order");
        tokens.push(held.token());
        let after = match removal {
            "forget" => {
                assert_eq!(late.transition_blocking(&held, Transition::Forget).unwrap(), Ack::Applied);
                None
            }
            "evict" => {
                assert!(runtime.block_on(late.evict(id("order"))).unwrap());
                None
            }
            _ => {
                assert_eq!(late.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Applied);
                let later = store_at(now + 2 * u64::try_from(KEEP.as_micros()).unwrap());
                assert_eq!(runtime.block_on(later.purge(9)).unwrap(), 1);
                Some(later)
            }
        };
        drop((late, after));
        let held = claim(&early, "order");
        tokens.push(held.token());
        assert_eq!(early.transition_blocking(&held, Transition::Forget).unwrap(), Ack::Applied);
    }
    assert!(tokens.windows(2).all(|pair| pair[0] < pair[1]), "{tokens:?}");
}

/// One waits, and what has come by then is committed with it.
#[test]
fn steps_that_arrive_together_are_one_commit() {
    let folder = Folder::new();
    let store = open(&folder, NEVER);
    let mut shop = Connection::open(folder.file()).unwrap();
    done(&store);
    let before = store.commits();
    let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let keys: Vec<_> = (0..16).map(|number| format!("order-{number}")).collect();
    let asks: Vec<_> = keys.iter().map(|key| ask(key, 1)).collect();
    let mut context = Context::from_waker(Waker::noop());
    let mut claims: Vec<_> = asks.iter().map(|ask| store.claim(ask)).collect();
    for claim in &mut claims {
        assert!(claim.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(said(&store, "done"), Said::Finished(b"paid".to_vec()));
    assert_eq!(store.commits(), before);
    tx.commit().unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    for claim in claims {
        assert_eq!(Said::from(runtime.block_on(claim).unwrap()), plain(1));
    }
    assert_eq!(store.commits(), before + 1);
}

/// Whatever the operator's page holds, the steps go on beside it.
#[test]
fn two_stores_on_one_file_are_one() {
    let folder = Folder::new();
    let stores = [(); 2].map(|()| Arc::new(open(&folder, NEVER)));
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async {
        for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            let mut claims = JoinSet::new();
            for (owner, store) in (1..=64).zip(stores.iter().cycle()) {
                let store = Arc::clone(store);
                claims.spawn(async move { store.claim(&ask(key, owner)).await.expect("the store answers") });
            }
            let claimed = claims.join_all().await;
            let [ClaimOutcome::Run(held)] =
                &claimed.iter().filter(|one| matches!(one, ClaimOutcome::Run(_))).collect::<Vec<_>>()[..]
            else {
                panic!("not one run: {claimed:?}")
            };
            // The other one finishes it: what counts is the owner.
            for store in &stores {
                assert_eq!(store.transition(held, finish(b"paid")).await.unwrap(), Ack::Applied);
            }
        }
        assert!(stores[1].evict(id("a")).await.unwrap());
        assert!(!stores[0].evict(id("a")).await.unwrap());
    });
}

/// Many open it at once where there is no file yet.
#[test]
fn one_of_many_makes_the_tables() {
    let folder = Folder::new();
    thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| SqliteStore::open(folder.file()).map(drop))).collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    });
}

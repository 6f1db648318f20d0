//! A server whose clock is set back and forward while the store is open, by a library in `clock.c`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use retry_idempotency::admin::Resolution;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Transition};
use retry_idempotency::{Admin, Store};

use super::process::{RedisProcess, with_clock};
use super::{finished, run, said};
use crate::stores::harness::{Said, With, ask, finish, id};

/// Builds the library that sets the clock of a process, or says why it cannot.
pub(super) fn library(directory: &Path) -> Option<PathBuf> {
    let library = directory.join("clock.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/idempotency/stores/redis/server/clock.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    if cfg!(target_os = "linux") && built.is_ok_and(|status| status.success()) {
        return Some(library);
    }
    assert!(env::var_os("CI").is_none(), "no C compiler `cc` in the path, or not on Linux");
    eprintln!("skipped: no C compiler `cc` in the path, or not on Linux");
    None
}

/// Sets the clock of a server this far ahead of the machine's.
fn set(server: &RedisProcess, seconds: i64) {
    let (next, clock) = (server.directory().join("next"), server.directory().join("clock"));
    fs::write(&next, format!("{seconds:+}")).unwrap();
    fs::rename(next, clock).unwrap();
}

#[test]
fn a_clock_that_is_set_back_lets_no_token_fall_and_ends_no_lease() {
    with_clock(async |server| {
        let store = server.store().await;
        let held = run(&store, "held").await;
        let mut last = run(&store, "order").await;
        for (jump, ends) in [-7200, -7200, -3600, -90_000].into_iter().zip(0..) {
            set(&server, jump);
            assert_eq!(said(&store, "held").await.unwrap(), Said::InFlight, "at {jump}");
            match ends {
                0 => assert_eq!(store.transition(&last, Transition::Forget).await.unwrap(), Ack::Applied),
                1 => assert!(store.evict(id("order")).await.unwrap()),
                2 => drop(store.resolve(id("order"), Resolution::NothingHappened, true).await.unwrap()),
                _ => assert_eq!(store.transition(&last, Transition::Release).await.unwrap(), Ack::Applied),
            }
            let ClaimOutcome::Run(next) = store.claim(&ask("order", 1).resume()).await.unwrap() else {
                panic!("it runs at {jump}");
            };
            assert!(next.token() > last.token(), "{} {} at {jump}", next.token(), last.token());
            last = next;
        }
        for held in [held, last] {
            assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
        }
    });
}

#[test]
fn a_clock_that_is_set_forward_ends_leases_and_old_holders_lose() {
    with_clock(async |server| {
        let store = server.store().await;
        finished(&store, "done").await;
        let held = run(&store, "order").await;
        set(&server, 1800);
        // The first claim is late by the clock that the store knew, and is sent again.
        assert_eq!(said(&store, "order").await.unwrap(), Said::Interrupted(1));
        assert_eq!(said(&store, "done").await.unwrap(), Said::Finished(b"paid".to_vec()));
        let ClaimOutcome::Run(next) = store.claim(&ask("order", 2).resume()).await.unwrap() else { panic!("it runs") };
        assert!(next.token() > held.token() && next.run() == 2);
        assert_eq!(store.transition(&held, finish(b"old")).await.unwrap(), Ack::Lost);
        assert_eq!(store.transition(&next, finish(b"paid")).await.unwrap(), Ack::Applied);
        // Past the end of the results, which Redis or the store finds over, and back.
        set(&server, 9000);
        let anew = run(&store, "done").await;
        assert_eq!(store.transition(&anew, finish(b"again")).await.unwrap(), Ack::Applied);
        set(&server, 0);
        assert_eq!(said(&store, "done").await.unwrap(), Said::Finished(b"again".to_vec()));
        assert!(run(&store, "new").await.token() > anew.token());
    });
}

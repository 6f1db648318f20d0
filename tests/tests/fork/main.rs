//! Keys and holders of forked workers: none equals another.
//!
//! It has a `main` of its own: a process that forks must have one thread, and a test harness has more.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{exit, id};

use fork::{Fork, fork, waitpid};
use retry_idempotency::protocol::HolderId;
use retry_runtime::{IdempotencyKey, random};

/// Keys and holders that each process draws.
const DRAWN: usize = 1000;
const WORKERS: usize = 4;

fn main() {
    // As a server does that works before it forks: the generators have their state.
    random::seed(7);
    let mut drawn = draw();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fork-{}", id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| match fork().expect("the process forks") {
            Fork::Child => {
                let written = fs::write(folder.join(number.to_string()), draw());
                exit(i32::from(written.is_err()));
            }
            Fork::Parent(worker) => worker,
        })
        .collect();
    drawn.push_str(&draw());
    for worker in workers {
        assert_eq!(waitpid(worker).expect("the worker ends"), 0);
    }
    for number in 0..WORKERS {
        drawn.push_str(&fs::read_to_string(folder.join(number.to_string())).expect("the worker has written"));
    }
    fs::remove_dir_all(&folder).expect("the folder is this test's");

    let (all, different) = (drawn.lines().count(), drawn.lines().collect::<BTreeSet<_>>().len());
    assert_eq!((all, different), (2 * DRAWN * (WORKERS + 2), all), "two processes have drawn the same");
    println!("{all} keys and holders of {} processes differ", WORKERS + 1);
}

/// Returns the random part of keys, without their time, and holders.
fn draw() -> String {
    let mut text = String::new();
    for _ in 0..DRAWN {
        let key = IdempotencyKey::generate();
        let (_, random) = key.as_str().split_at("01890a5d-ac96-".len());
        let _ = write!(text, "{random}\n{:?}\n", HolderId::random());
    }
    text
}

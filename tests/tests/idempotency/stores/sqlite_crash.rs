//! Contents of a file after a process was killed, and after a power cut.
//!
//! The processes are this test program itself, which runs one test of it: `a_process`.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use retry_idempotency::BlockingStore;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Transition};
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore, Synchronous, rusqlite};
use rusqlite::Connection;

use crate::stores::harness::{Said, ask, finish, step};
use crate::stores::sqlite::{Folder, claim};

const FILE: &str = "RETRY_TESTS_FILE";
const ROUND: &str = "RETRY_TESTS_ROUND";
const THREADS: u32 = 4;

/// The process that the tests below start: claims keys, records a step, completes, and prints each transition; for ever.
#[test]
fn a_process() {
    let (Ok(file), Ok(round)) = (env::var(FILE), env::var(ROUND)) else { return };
    let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(file).unwrap();
    thread::scope(|scope| {
        for worker in 0..THREADS {
            let (store, round) = (&store, &round);
            scope.spawn(move || {
                for number in 0.. {
                    work(store, &format!("{round}.{worker}.{number}"));
                }
            });
        }
    });
}

fn work(store: &SqliteStore, key: &str) {
    let claim = ClaimRequest { holder: HolderId::random(), ..ask(key, 0) };
    let ClaimOutcome::Run(held) = store.claim_blocking(&claim).unwrap() else { return };
    say("claimed", key);
    assert_eq!(store.transition_blocking(&held, step("charge", key.as_bytes())).unwrap(), Ack::Applied);
    say("charged", key);
    assert_eq!(store.transition_blocking(&held, finish(key.as_bytes())).unwrap(), Ack::Applied);
    say("finished", key);
}

/// One write: a line is whole, or not there.
fn say(what: &str, key: &str) {
    let line = format!("said {what} {key}\n");
    let _ = std::io::stdout().write_all(line.as_bytes());
}

fn start(file: &Path, round: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "stores::sqlite_crash::a_process", "--nocapture"])
        .env(FILE, file)
        .env(ROUND, round)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Returns the output until its death; kills it after this many lines.
fn kill_after(mut child: Child, lines: usize) -> Vec<(String, String)> {
    let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = said.filter_map(|line| {
        let (what, key) = line.strip_prefix("said ")?.split_once(' ')?;
        Some((key.to_owned(), what.to_owned()))
    });
    let mut all: Vec<_> = said.by_ref().take(lines).collect();
    child.kill().unwrap();
    // What it had said before it died.
    all.extend(said);
    child.wait().unwrap();
    all
}

/// Progress of a key according to the file: an open key has its step or not, and a completed one its result.
fn found(store: &SqliteStore, key: &str) -> &'static str {
    match Said::from(store.claim_blocking(&ask(key, 1)).unwrap()) {
        Said::Finished(result) if result == key.as_bytes() => "finished",
        Said::InFlight | Said::Interrupted(1) => "open",
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn after_a_kill_all_that_was_said_is_there_and_nothing_is_half_done() {
    let folder = Folder::new();
    let mut known = BTreeMap::new();
    // Whatever the numbers: each kill falls into another moment of some commit.
    for (round, lines) in [7, 61, 113, 190, 232, 305, 12, 83].into_iter().enumerate() {
        let said = kill_after(start(&folder.file(), &round.to_string()), lines);
        assert!(said.len() >= lines, "it ended by itself after {} lines", said.len());
        known.extend(said);
        let store = SqliteStore::open(folder.file()).unwrap();
        let connection = Connection::open(folder.file()).unwrap();
        let health: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(health, "ok");
        for (key, what) in &known {
            match what.as_str() {
                "finished" => assert_eq!(found(&store, key), "finished", "{key}"),
                // The next step may have been written, and not been said.
                _ => drop(found(&store, key)),
            }
            if what == "charged" {
                let half = "SELECT count(*) FROM retry_keys WHERE key = ?1 AND state = 0 AND length(steps) = 0";
                let lost: u32 = connection.query_row(half, [key], |row| row.get(0)).unwrap();
                assert_eq!(lost, 0, "{key} has lost its step");
            }
        }
        // A finished row has its result and no step, an open one no result; unsaid are the threads' last steps alone.
        let torn =
            "SELECT count(*) FROM retry_keys WHERE (state = 1) = (result IS NULL) OR state = 1 AND length(steps) > 0";
        let torn: u32 = connection.query_row(torn, [], |row| row.get(0)).unwrap();
        assert_eq!(torn, 0);
        let keys: u32 =
            connection.query_row("SELECT count(*) FROM retry_keys WHERE key <> ''", [], |row| row.get(0)).unwrap();
        let unsaid = keys as usize - known.len();
        assert!(unsaid <= (round + 1) * THREADS as usize, "{unsaid} keys that nobody spoke of");
    }
}

/// Both work on the same keys, one of them is killed on the way.
#[test]
fn two_processes_on_one_file_run_each_key_once() {
    let folder = Folder::new();
    let (first, second) = (start(&folder.file(), "same"), start(&folder.file(), "same"));
    let mut said = thread::scope(|scope| {
        let first = scope.spawn(|| kill_after(first, 150));
        let second = scope.spawn(|| kill_after(second, 600));
        let mut said = first.join().unwrap();
        assert!(said.iter().any(|(_, what)| what == "finished"));
        said.extend(second.join().unwrap());
        said
    });
    let count = said.len();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), count, "what was said twice was done twice");
}

/// Only a first part of the log is on the disk, so the file shows an earlier moment.
#[test]
fn after_a_power_cut_the_file_is_as_it_was_at_some_moment() {
    let folder = Folder::new();
    let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(folder.file()).unwrap();
    let keys: Vec<_> = (10..40).map(|number| format!("key-{number}")).collect();
    for key in &keys {
        let held = claim(&store, key);
        for change in [step("charge", key.as_bytes()), Transition::Extend { lease: crate::stores::harness::LEASE }] {
            assert_eq!(store.transition_blocking(&held, change).unwrap(), Ack::Applied);
        }
        assert_eq!(store.transition_blocking(&held, finish(key.as_bytes())).unwrap(), Ack::Applied);
    }
    let (data, log) = (fs::read(folder.file()).unwrap(), fs::read(folder.file().with_extension("db-wal")).unwrap());
    let mut longest = 0;
    // A prime, so that the cuts fall anywhere in a frame of the log.
    for length in (0..log.len()).step_by(10_007) {
        let cut = Folder::new();
        fs::write(cut.file(), &data).unwrap();
        fs::write(cut.file().with_extension("db-wal"), &log[..length]).unwrap();
        let moment = moment(&cut, &keys);
        assert!(moment >= longest, "a longer log tells of less: {moment} after {longest}");
        longest = moment;
    }
    assert!(longest > keys.len() * 9 / 10, "{longest} keys of the whole log");
}

/// Number of completed keys; the next one may be open, and the others do not exist.
fn moment(folder: &Folder, keys: &[String]) -> usize {
    let store = SqliteStore::open(folder.file()).unwrap();
    let finished = keys.iter().take_while(|key| {
        matches!(&store.claim_blocking(&ask(key, 2)).unwrap(), ClaimOutcome::Finished(result) if **result == *key.as_bytes())
    });
    let finished = finished.count();
    for key in keys.iter().skip(finished + 1) {
        assert!(matches!(store.claim_blocking(&ask(key, 3)).unwrap(), ClaimOutcome::Run(_)), "{key}");
    }
    finished
}

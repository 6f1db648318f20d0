//! The command as it is run, on a file of SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, id as process_id};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Lease, Takeover, Transition};
use retry_idempotency::sqlite::SqliteStore;
use retry_idempotency::sqlite::rusqlite::TransactionBehavior;
use retry_idempotency::{BlockingStore, OnceError, encode_ok, once};

/// A file of a test's own, gone when the test ends.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("keys-{}-{}", process_id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.join("keys.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(self.path()).unwrap()
    }

    /// A file with a key of each state in two scopes.
    fn with_keys() -> Self {
        let file = Self::new();
        let store = file.store();
        for scope in ["account-7", "account-8"] {
            claim(&store, scope, "order-in-flight");
            let held = claim(&store, scope, "order-interrupted");
            let step = Transition::Step { name: "charge", result: b"sent" };
            for change in [step, Transition::Release] {
                assert_eq!(store.transition_blocking(&held, change).unwrap(), Ack::Applied);
            }
            let held = claim(&store, scope, "order-finished");
            let finish = Transition::Finish { result: b"secret", keep: Duration::from_secs(3600) };
            assert_eq!(store.transition_blocking(&held, finish).unwrap(), Ack::Applied);
        }
        file
    }

    /// Runs the command on this file.
    fn run(&self, words: &[&str]) -> Said {
        let mut all = vec!["--store".to_owned(), format!("sqlite:{}", self.path().display())];
        all.extend(words.iter().map(|word| (*word).to_owned()));
        run(&all)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn claim(store: &SqliteStore, scope: &str, key: &str) -> Lease {
    let ask = ClaimRequest {
        id: Id::new(scope, key).unwrap(),
        fingerprint: None,
        holder: HolderId::random(),
        lease: Duration::from_secs(3600),
        takeover: Takeover::Refuse,
    };
    let ClaimOutcome::Run(held) = store.claim_blocking(&ask).unwrap() else { panic!("the first use runs") };
    held
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(words: &[impl AsRef<std::ffi::OsStr>]) -> Said {
    let command = Command::new(env!("CARGO_BIN_EXE_retry-keys")).args(words).env_remove("RETRY_KEYS_STORE").output();
    let Output { status, stdout, stderr } = command.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}

impl Said {
    /// What was printed by a command that was done.
    fn done(self) -> String {
        assert_eq!((self.code, &*self.err), (Some(0), ""), "{}", self.out);
        self.out
    }

    fn ended(self, code: i32, words: &str) {
        assert_eq!((self.code, &*self.out), (Some(code), ""), "{}", self.err);
        assert!(self.err.starts_with("error: ") && self.err.contains(words), "{}", self.err);
        assert!(self.err.contains(';'), "it says what to do instead: {}", self.err);
    }
}

fn keys(json: &str) -> Vec<(String, String, String)> {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let text = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = json.as_array().unwrap().iter();
    entries.map(|entry| (text(entry, "scope"), text(entry, "key"), text(entry, "state"))).collect()
}

#[test]
fn keys_are_listed_by_scope_and_state() {
    let file = File::with_keys();
    assert_eq!(keys(&file.run(&["list", "--json"]).done()).len(), 6);
    let one = [("account-8".to_owned(), "order-interrupted".to_owned(), "interrupted".to_owned())];
    for words in [&["--interrupted"][..], &["--state", "interrupted"], &["--key", "order-interrupted"]] {
        let words = [&["list", "--json", "--whole", "--scope", "account-8"], words].concat();
        assert_eq!(keys(&file.run(&words).done()), one);
    }
    let table = file.run(&["list", "--scope", "account-7"]).done();
    let lines: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["SCOPE", "KEY", "STATE", "RUNS", "CLAIMED", "LEFT", "RESULT", "STEPS"]);
    assert_eq!((lines.len(), &lines[3][..4]), (4, &["account-7", "order-..", "interrupted", "1"][..]));
    assert_eq!(lines[3][lines[3].len() - 3..], ["-", "15", "B"], "the length of what is recorded");
    let said = file.run(&["list", "--json", "--limit", "5"]);
    assert_eq!((said.code, keys(&said.out).len()), (Some(0), 5));
    assert!(said.err.contains("more than 5 keys"), "{}", said.err);
}

/// A key may be all that is needed to read somebody's answer.
#[test]
fn keys_and_results_are_printed_only_where_they_are_asked_for() {
    let file = File::with_keys();
    let secret = "736563726574";
    for words in [
        &["list"][..],
        &["list", "--json"],
        &["show", "account-7", "order-finished"],
        &["show", "--json", "account-7", "order-finished"],
    ] {
        let out = file.run(words).done();
        assert!(!out.contains("secret") && !out.contains(secret), "{out}");
        assert_eq!(out.contains("order-finished"), words.contains(&"show"), "{out}");
    }
    assert!(file.run(&["list", "--whole"]).done().contains("order-finished"));
    let show = ["show", "account-7", "order-finished", "--result"];
    assert!(file.run(&show).done().contains(secret), "bytes that `once` has not written");
    let shown = file.run(&["show", "--result", "account-7", "order-interrupted", "--json"]).done();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["steps"][0]["name"], &shown["steps"][0]["result"]), (&"charge".into(), &"sent".into()));
}

/// Uses a key that was left open, as an account of `once`.
fn pay(file: &File, account: &'static str) -> Result<u32, OnceError> {
    let store = file.store();
    let mut runs = 0;
    once(&store, "order-interrupted").scope(account).run_blocking(|_| {
        runs += 1;
        Ok(runs)
    })
}

#[test]
fn what_a_key_is_resolved_with_is_what_once_replays() {
    let file = File::new();
    let store = file.store();
    for scope in ["once:account-7", "once:account-8"] {
        let held = claim(&store, scope, "order-interrupted");
        assert_eq!(store.transition_blocking(&held, Transition::Release).unwrap(), Ack::Applied);
    }
    assert!(pay(&file, "account-7").is_err(), "it is interrupted");
    file.run(&["resolve", "once:account-7", "order-interrupted", "--ok", "31"]).done();
    assert_eq!(pay(&file, "account-7").unwrap(), 31);
    let show = ["show", "once:account-7", "order-interrupted", "--result"];
    assert!(file.run(&show).done().contains(r#"{"ok":31}"#));
    let mistyped = ["resolve", "once:account-7", "order-interrupted", "--ok", "\"seven\""];
    file.run(&mistyped).ended(4, "`--force` replaces one that `resolve` has written");
    file.run(&[&mistyped[..], &["--force"]].concat()).done();
    assert!(matches!(pay(&file, "account-7"), Err(OnceError::Unreadable { .. })));
    file.run(&["resolve", "once:account-7", "order-interrupted", "--ok", "7", "--force"]).done();
    assert_eq!(pay(&file, "account-7").unwrap(), 7);
    file.run(&["resolve", "once:account-8", "order-interrupted", "--nothing-happened"]).done();
    assert_eq!(pay(&file, "account-8").unwrap(), 1);
}

#[test]
fn a_key_in_flight_is_resolved_by_force_alone() {
    let file = File::with_keys();
    let resolve = ["resolve", "account-7", "order-in-flight", "--err", r#"{"refused": "card"}"#, "--keep", "7d"];
    file.run(&resolve).ended(4, "in flight for another 59m");
    file.run(&[&resolve[..], &["--force"]].concat()).done();
    let shown = file.run(&["show", "account-7", "order-in-flight", "--result"]).done();
    assert!(shown.contains(r#"{"err":{"refused":"card"}}"#) && shown.contains("6d 23h"), "{shown}");
    file.run(&resolve).ended(4, "is finished");
}

#[test]
fn a_key_is_evicted() {
    let file = File::with_keys();
    let evict = ["evict", "account-7", "order-finished"];
    assert_eq!(file.run(&[&evict[..], &["--json"]].concat()).done(), "{\"evicted\":1}\n");
    for words in [
        &evict[..],
        &["show", "account-7", "order-finished"],
        &["resolve", "account-7", "order-finished", "--nothing-happened"],
    ] {
        file.run(words).ended(3, "no such key");
    }
}

#[test]
fn keys_that_are_over_are_purged_in_batches() {
    let file = File::with_keys();
    let store = file.store();
    for key in ["a", "b", "c"] {
        let held = claim(&store, "account-7", key);
        let finish = Transition::Finish { result: b"", keep: Duration::from_secs(3600) };
        assert_eq!(store.transition_blocking(&held, finish).unwrap(), Ack::Applied);
    }
    drop(store);
    assert_eq!(file.run(&["purge", "--json"]).done(), "{\"purged\":0}\n");
    let connection = retry_idempotency::sqlite::rusqlite::Connection::open(file.path()).unwrap();
    connection.execute("UPDATE retry_keys SET until = 0 WHERE key <> 'order-finished'", []).unwrap();
    assert_eq!(file.run(&["purge", "--batch", "2"]).done(), "removed 3 expired keys\n");
    assert_eq!(keys(&file.run(&["list", "--json"]).done()).len(), 6, "open keys are never over");
}

#[test]
fn what_is_wrong_with_a_command_line_is_said() {
    let file = File::with_keys();
    let key = ["resolve", "account-7", "order-interrupted"];
    let resolve = |words: &[&'static str]| [&key[..], words].concat();
    let wrong = [
        (vec![], "no command"),
        (vec!["lost"], "unknown command `lost`"),
        (vec!["list", "--all"], "unknown option `--all`"),
        (vec!["list", "-a"], "unknown option `-a`"),
        (vec!["list", "account-7"], "takes no `account-7`"),
        (vec!["list", "--result"], "takes no `--result`"),
        (vec!["list", "--state", "open"], "`--state` is `open`"),
        (vec!["list", "--state", "finished", "--interrupted"], "both"),
        (vec!["list", "--limit", "0"], "`--limit` is `0`"),
        (vec!["list", "--json", "--json"], "stands twice"),
        (vec!["list", "--prefix", "shop"], "only a store in Redis has a prefix"),
        (vec!["list", "--scope"], "`--scope` needs a value"),
        (vec!["show", "account-7"], "needs a scope and a key"),
        (vec!["evict", "account-7", "k\u{e9}y"], "key"),
        (vec!["purge", "--batch", "many"], "`--batch` is `many`"),
        (resolve(&[]), "the finding is missing"),
        (resolve(&["--ok", "1", "--nothing-happened"]), "the finding is missing"),
        (resolve(&["--ok", "paid"]), "`--ok` is not JSON"),
        (resolve(&["--ok", "1", "--keep", "1w"]), "`--keep` is `1w`"),
        (resolve(&["--ok", "1", "--keep", "367d"]), "`--keep` is `367d`"),
        (resolve(&["--nothing-happened", "--keep", "1d"]), "remove `--keep`"),
    ];
    for (words, fault) in wrong {
        file.run(&words).ended(2, fault);
    }
    assert_eq!(keys(&file.run(&["list", "--json", "--interrupted"]).done()).len(), 2, "nothing was done");
    run(&["list"]).ended(2, "no store");
    run(&["list", "--store", "mysql://secret@db"]).ended(2, "write `sqlite:PATH`");
    run(&["list", "--store", "redis://127.0.0.1"]).ended(2, "`--prefix NAME`");
    assert!(run(&["--help"]).done().starts_with("Lists, shows, resolves"));
}

/// A path that was mistyped must not become an empty store.
#[test]
fn a_file_that_is_not_there_is_not_made() {
    let file = File::new();
    file.run(&["list"]).ended(1, "is not a file");
    assert!(!file.path().exists());
}

#[test]
fn the_store_may_stand_in_the_environment() {
    let file = File::with_keys();
    let mut command = Command::new(env!("CARGO_BIN_EXE_retry-keys"));
    let store = format!("sqlite:{}", file.path().display());
    let output = command.args(["list", "--json"]).env("RETRY_KEYS_STORE", store).output().unwrap();
    assert_eq!(keys(&String::from_utf8(output.stdout).unwrap()).len(), 6);
}

/// What a client has written must not control the terminal of an operator, nor turn its text around.
#[test]
fn what_controls_a_terminal_is_escaped() {
    const ODD: &str = "\u{1b}[31m \u{9b}31m \u{202e}evil\u{2069} \u{200b}\u{feff}\u{e0041}";
    let file = File::new();
    let store = file.store();
    let scope = "account-\u{202e}7\u{2066}";
    let held = claim(&store, scope, "order-31");
    let result = encode_ok(ODD).unwrap();
    let step = Transition::Step { name: ODD, result: ODD.as_bytes() };
    assert_eq!(store.transition_blocking(&held, step).unwrap(), Ack::Applied);
    let other = claim(&store, scope, "order-32");
    let finish = Transition::Finish { result: &result, keep: Duration::from_secs(60) };
    assert_eq!(store.transition_blocking(&other, finish).unwrap(), Ack::Applied);
    let is_plain = |text: &str| {
        let is_odd =
            |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{2069}\u{200b}\u{feff}\u{e0041}".contains(c);
        assert!(!text.is_empty() && !text.contains(is_odd), "{text:?}");
    };
    for words in [
        &["list", "--whole"][..],
        &["list", "--json"],
        &["show", scope, "order-31", "--result"],
        &["show", scope, "order-31", "--result", "--json"],
        &["show", scope, "order-32", "--result"],
    ] {
        is_plain(&file.run(words).done());
    }
    let json = file.run(&["show", scope, "order-32", "--result", "--json"]).done();
    is_plain(&json);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&read["scope"], &read["result"]["ok"]), (&scope.into(), &ODD.into()), "JSON has the same meaning");
    for words in [&["show", scope, "no-such-key"][..], &[ODD], &["list", ODD], &["list", "--state", ODD]] {
        let said = file.run(words);
        is_plain(&said.err);
        assert!(said.code != Some(0) && said.out.is_empty());
    }
}

/// A path that was mistyped may be the file of another program.
#[test]
fn a_foreign_file_is_refused_and_stays_as_it_is() {
    let file = File::new();
    let foreign = retry_idempotency::sqlite::rusqlite::Connection::open(file.path()).unwrap();
    foreign.execute_batch("CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('ada')").unwrap();
    drop(foreign);
    let key = ["account-7", "order-31"];
    let all = [
        vec!["list"],
        [&["show"][..], &key].concat(),
        [&["resolve"][..], &key, &["--nothing-happened"]].concat(),
        [&["evict"][..], &key].concat(),
        vec!["purge"],
    ];
    let before = fs::read(file.path()).unwrap();
    for words in &all {
        file.run(words).ended(1, "not a store of keys");
        assert!(fs::read(file.path()).unwrap() == before, "{words:?}");
        assert_eq!(fs::read_dir(&file.0).unwrap().count(), 1, "no other file is left: {words:?}");
    }
    fs::write(file.path(), "a letter to ada").unwrap();
    for words in &all {
        assert_eq!(file.run(words).code, Some(1), "{words:?}");
        assert_eq!(fs::read(file.path()).unwrap(), b"a letter to ada");
    }
}

/// Whoever reads the keys changes none of them, nor the file.
#[test]
fn a_file_is_read_without_a_change() {
    let file = File::with_keys();
    let before = fs::read(file.path()).unwrap();
    file.run(&["list"]).done();
    file.run(&["show", "account-7", "order-finished", "--result"]).done();
    assert!(fs::read(file.path()).unwrap() == before);
    // Also while a service has it open, and is in the middle of a write.
    let store = file.store();
    let mut shop = retry_idempotency::sqlite::rusqlite::Connection::open(file.path()).unwrap();
    let open = shop.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    assert_eq!(keys(&file.run(&["list", "--json"]).done()).len(), 6);
    drop(open);
    drop(store);
}

#[test]
fn no_more_keys_are_listed_than_the_limit() {
    let file = File::with_keys();
    for limit in 1..=7 {
        let said = file.run(&["list", "--json", "--limit", &limit.to_string()]);
        assert_eq!((said.code, keys(&said.out).len()), (Some(0), limit.min(6)));
        assert_eq!(said.err.contains("there are more"), limit < 6, "{limit}: {}", said.err);
    }
}

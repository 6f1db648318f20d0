//! The examples of `examples/transactions`, run as their readers would.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::own_server::OwnPostgres;
use crate::postgres::with_table;
use crate::server::unique_name;

fn example(name: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command.args(["run", "--quiet", "-p", "retry-transactions-example", "--example", name, "--"]).args(words);
    command
}

/// Returns the number of a row.
fn count(text: &str, row: &str) -> u32 {
    let found = text.lines().find_map(|line| line.strip_prefix(row)?.trim().parse().ok());
    found.unwrap_or_else(|| panic!("no `{row}`: {text}"))
}

#[tokio::test]
async fn sixteen_workers_in_conflict_lose_nothing() {
    with_table(async |database| {
        // Without this the test waits for the disk at each commit.
        let url = format!("{}?options=-c%20synchronous_commit%3Doff", database.url);
        let output = example("transactions", &[]).env("RETRY_TEST_POSTGRES_URL", url).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(count(&text, "workers"), 16);
        assert_eq!(count(&text, "attempts"), 400 + count(&text, "conflicts"), "{text}");
        assert!(count(&text, "conflicts") > 0, "{text}");
        assert_eq!((count(&text, "transfers lost"), count(&text, "accounts wrong")), (0, 0));
        assert_eq!(count(&text, "sum of balances"), 4_000);
    })
    .await;
}

#[test]
fn a_program_waits_for_a_database_that_is_not_up_yet() {
    let Some(mut server) = OwnPostgres::start() else { return };
    server.stop();
    let mut program = example("database_not_up_yet", &[&server.url()]);
    let mut program = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(program.stderr.take().unwrap()).lines();
    let first = errors.next().expect("a line").unwrap();
    assert!(first.starts_with("attempt 1: Connect, error connecting to server"), "{first}");
    server.start_as_closed_standby();
    // The pipe stays open: the program may report more attempts.
    let starting = errors.by_ref().map(Result::unwrap).find(|line| !line.contains("refused")).unwrap();
    assert!(starting.contains(": Connect, db error: FATAL: "), "{starting}");
    server.promote();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("connected to PostgreSQL "));
}

/// A program whose lines a test reads, killed if the test fails.
struct Program(Child, Lines<BufReader<ChildStdout>>);

impl Program {
    fn line(&mut self) -> String {
        self.1.next().expect("the program has not ended").unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_program_follows_notifications_across_a_connection_that_was_killed() {
    with_table(async |database| {
        let client = database.client().await;
        let channel = unique_name();
        let mut child = example("reconnect", &[&database.url, &channel]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut program = Program(child, lines);
        let notify = async |text: &str| client.batch_execute(&format!("NOTIFY {channel}, '{text}'")).await.unwrap();
        assert_eq!(program.line(), "listening");
        notify("one").await;
        assert_eq!(program.line(), "one");
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1";
        assert_eq!(client.execute(kill, &[&format!("LISTEN {channel}")]).await.unwrap(), 1);
        assert_eq!((program.line(), program.line()), ("disconnected".into(), "listening".into()));
        notify("stop").await;
        assert_eq!(program.line(), "stop");
        assert!(program.0.wait().unwrap().success());
    })
    .await;
}

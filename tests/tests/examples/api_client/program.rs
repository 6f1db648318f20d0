//! The example as a child process: requests go to its input, one a line.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{JoinHandle, spawn};

/// The program, while it reads requests.
pub(super) struct Program {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Reads the log meanwhile, because a full pipe would stop the program.
    log: JoinHandle<String>,
}

impl Program {
    pub(super) fn start(words: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "-p", "retry-api-client-example", "--example", "api_client", "--"])
            .args(words)
            .env_remove("RETRY_FILE")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cargo runs");
        let (requests, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut errors = child.stderr.take().unwrap();
        let log = spawn(move || {
            let mut log = String::new();
            errors.read_to_string(&mut log).expect("the log is text");
            log
        });
        Self { child, requests, answers: BufReader::new(answers), log }
    }

    /// Makes one request, and returns the line that answers it.
    pub(super) fn ask(&mut self, request: &str) -> String {
        writeln!(self.requests, "{request}").expect("the program reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the program answers");
        assert!(!answer.is_empty(), "the program has ended at `{request}`");
        answer.trim_end().to_owned()
    }

    /// Ends the input, and returns the rest of the output and the log.
    pub(super) fn end(self) -> (String, String) {
        let Self { mut child, requests, mut answers, log } = self;
        drop(requests);
        let mut rest = String::new();
        answers.read_to_string(&mut rest).expect("the output is text");
        let log = log.join().expect("the log was read");
        assert!(child.wait().expect("the program ends").success(), "{log}");
        (rest, log)
    }
}

//! Processes that end with the test, also where it panics.

use std::io::{BufRead, BufReader, Read, copy, sink};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

/// Timeout for a process to report that it has started.
const BEGINS: Duration = Duration::from_secs(30);

/// A process and all that it started, which are killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it, and waits for the first line on its stdout that has `marker`: what follows the marker, up to a blank or a
    /// full stop.
    fn start(command: &mut Command, marker: &'static str) -> (Self, String) {
        let child = command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = Self(child.expect("the program starts"));
        let mut lines = BufReader::new(process.0.stdout.take().expect("stdout is a pipe"));
        let (send, word) = mpsc::channel();
        thread::spawn(move || {
            let line = lines.by_ref().lines().map_while(Result::ok).find(|line| line.contains(marker));
            let _ = send.send(line);
            // A full pipe would stop it.
            copy(&mut lines, &mut sink())
        });
        let line =
            word.recv_timeout(BEGINS).expect("it says in time that it has begun").expect("it says that it has begun");
        let (_, word) = line.split_once(marker).expect("the line has the marker");
        (process, word.split(' ').next().unwrap_or_default().trim_end_matches('.').to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

/// The storefront on this port, and the address of its page.
pub(crate) fn storefront(port: &str) -> (Process, String) {
    let (process, address) = Process::start(Command::new(executable()).args(["--serve", "--port", port]), "http://");
    (process, format!("http://{address}"))
}

/// Builds the storefront: cargo would not pass on a kill.
fn executable() -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(["build", "--quiet", "-p", "retry-examples", "--example", "storefront", "--message-format=json"])
        .output()
        .expect("cargo runs");
    let lines = String::from_utf8(output.stdout).expect("cargo's messages are text");
    let messages = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut executables = messages.filter(|message| message["target"]["name"] == "storefront");
    let found = executables.find_map(|message| message["executable"].as_str().map(str::to_owned));
    found.unwrap_or_else(|| panic!("it is built: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A chromedriver and its address; `None`, with words, where there is none. Where `CI` is set there has to be one, unless
/// `RETRY_TEST_CHROMEDRIVER` says `none`.
pub(crate) fn chromedriver() -> Option<(Process, String)> {
    let variable = env::var("RETRY_TEST_CHROMEDRIVER").ok();
    if variable.as_deref() == Some("none") {
        eprintln!("skipped: RETRY_TEST_CHROMEDRIVER says that there is no chromedriver");
        return None;
    }
    let program = variable.unwrap_or_else(|| "chromedriver".into());
    if Command::new(&program).arg("--version").output().is_err() {
        assert!(
            env::var_os("CI").is_none(),
            "there is no `{program}`, and CI is set; RETRY_TEST_CHROMEDRIVER=none allows it"
        );
        eprintln!("skipped: there is no `{program}`; install chromium-driver, or set RETRY_TEST_CHROMEDRIVER");
        return None;
    }
    let (process, port) = Process::start(Command::new(program).arg("--port=0"), "started successfully on port ");
    Some((process, format!("http://127.0.0.1:{port}")))
}

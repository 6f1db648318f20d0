//! A server's process, which does not outlive its handle.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::pass_log::signal;
use crate::plan::{Plan, VARIABLE};

/// Interval at which a process is polled.
const LOOK: Duration = Duration::from_millis(2);

/// A running server; dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// Closed with this process, which ends the server too.
    _alive: ChildStdin,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one, and waits until it serves.
    pub(crate) fn start(plan: &Plan) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(VARIABLE, serde_json::to_string(plan)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (alive, output) = (child.stdin.take(), child.stdout.take());
        let mut line = String::new();
        if let Some(output) = output {
            // It says its port, or ends, which ends its output.
            BufReader::new(output).read_line(&mut line)?;
        }
        match (alive, line.trim().parse()) {
            (Some(alive), Ok(address)) => Ok(Self { child, _alive: alive, address }),
            _ => {
                let _ = child.kill();
                Err(format!("a server did not start: {}", child.wait()?).into())
            }
        }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Returns whether it ended by itself within this time.
    pub(crate) fn ends_within(&mut self, longest: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < longest {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(LOOK);
        }
        false
    }

    /// Returns whether it stopped itself within this time.
    pub(crate) fn stops_within(&self, longest: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < longest {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
            if stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T')) {
                return true;
            }
            std::thread::sleep(LOOK);
        }
        false
    }

    /// Lets one that is stopped go on.
    pub(crate) fn go_on(&self) {
        signal(self.pid(), Signal::CONT);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

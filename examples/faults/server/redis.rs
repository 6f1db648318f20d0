//! Redis of this run.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::server::folder::{Folder, run};
use crate::server::process::Process;

const PATIENCE: Duration = Duration::from_secs(30);

/// Returns what the machine lacks.
pub(crate) fn missing() -> Option<String> {
    let is_there = run(Command::new("redis-server").arg("--version")).is_ok();
    (!is_there).then(|| "no `redis-server` in the path; install Redis".into())
}

pub(crate) fn start(folder: &Folder, port: u16) -> Result<Process, Box<dyn Error>> {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir"]);
    let process = Process::start(command.arg(folder.data()))?;
    let end = Instant::now() + PATIENCE;
    while !answers(port) {
        if Instant::now() > end {
            return Err("Redis does not begin to answer".into());
        }
        sleep(Duration::from_millis(10));
    }
    Ok(process)
}

/// Returns whether a server answers and has loaded its data.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut answer = [0; 5];
    stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG"
}

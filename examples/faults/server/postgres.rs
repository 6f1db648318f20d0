//! PostgreSQL of this run.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

use tokio_postgres::{Client, Config, NoTls};

use crate::server::folder::{Folder, run};
use crate::server::process::Process;

/// Longest time of a start, which may replay a log.
const PATIENCE: Duration = Duration::from_secs(30);

/// Returns what the machine lacks.
pub(crate) fn missing() -> Option<String> {
    if binary("postgres").is_none() {
        return Some("no `postgres`; install PostgreSQL".into());
    }
    // It refuses to run as root.
    let has_user =
        run(Command::new("id").arg("postgres")).is_ok() && run(Command::new("setpriv").arg("--version")).is_ok();
    (is_root() && !has_user)
        .then(|| "PostgreSQL does not run as root, and there is no user `postgres` or no `setpriv`".into())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// In the path, or where Debian puts it.
fn binary(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = std::env::split_paths(&path).chain(versions.map(|version| version.path().join("bin")));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn command(name: &str) -> Result<Command, Box<dyn Error>> {
    let binary = binary(name).ok_or_else(|| format!("no `{name}` beside `postgres`"))?;
    if !is_root() {
        return Ok(Command::new(binary));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(binary);
    Ok(command)
}

pub(crate) fn initialize(folder: &Folder) -> Result<(), Box<dyn Error>> {
    if is_root() {
        run(Command::new("chown").args(["-R", "postgres:"]).arg(folder.path()))?;
    }
    let options = ["-U", "postgres", "-A", "trust", "--wal-segsize=1", "--no-sync", "--no-instructions"];
    run(command("initdb")?.current_dir("/").args(options).arg("-D").arg(folder.data()))
}

pub(crate) fn start(folder: &Folder, port: u16) -> Result<Process, Box<dyn Error>> {
    let mut command = command("postgres")?;
    command.current_dir("/").arg("-D").arg(folder.data()).args(["-p", &port.to_string()]).arg("-k").arg(folder.path());
    for setting in ["listen_addresses=127.0.0.1", "max_wal_size=32MB", "min_wal_size=4MB", "max_connections=60"] {
        command.args(["-c", setting]);
    }
    let end = Instant::now() + PATIENCE;
    let mut process = Process::start(&mut command)?;
    while !answers(port) {
        if Instant::now() > end {
            return Err("PostgreSQL does not begin to answer".into());
        }
        // Processes of one that was killed may still hold its memory.
        if !process.is_running() {
            process = Process::start(&mut command)?;
        }
        sleep(Duration::from_millis(50));
    }
    Ok(process)
}

/// Returns whether a server takes connections: it has replayed its log.
fn answers(port: u16) -> bool {
    let asks = || -> io::Result<u8> {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        // A startup message: its length, version 3.0, and the user.
        let words = b"user\0postgres\0\0";
        let mut message = u32::try_from(8 + words.len()).unwrap_or(0).to_be_bytes().to_vec();
        message.extend_from_slice(&[0, 3, 0, 0]);
        message.extend_from_slice(words);
        stream.write_all(&message)?;
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        Ok(kind[0])
    };
    // `R` is the answer to a user; `E` is an error, such as that it starts up.
    asks().is_ok_and(|kind| kind == b'R')
}

/// Connection that does not pass the proxy.
pub(crate) async fn connect(port: u16) -> Result<Client, Box<dyn Error>> {
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user("postgres").dbname("postgres");
    // It repairs what makes other connections read-only.
    config.options("-c default_transaction_read_only=off");
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

//! Servers that a test starts, stops and starts again.

use std::env;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use retry_tests::Folder;

/// Returns a port that was free.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Returns the path of a program; `None` if it is not installed, which is a failure if `CI` is set.
fn program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = folders.iter().cloned().chain(env::split_paths(&path));
    let found = places.find_map(|folder| Some(folder.join(name)).filter(|program| program.is_file()));
    if found.is_none() {
        assert!(env::var_os("CI").is_none(), "no `{name}` on this machine, and CI is set");
        eprintln!("skipped: no `{name}` on this machine");
    }
    found
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Waits until something listens at a port, or until the server has ended.
fn wait_for(port: u16, server: &mut Child) {
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(server.try_wait().unwrap().is_none(), "the server at {port} has ended");
        std::thread::yield_now();
    }
}

/// A server that is killed when it is dropped.
pub(crate) struct OwnServer {
    command: Command,
    port: u16,
    child: Option<Child>,
    _folder: Folder,
}

impl OwnServer {
    /// Starts Redis with these arguments.
    pub(crate) fn redis(arguments: &[&str]) -> Option<Self> {
        Self::new("redis-server", arguments, |port, folder| {
            vec!["--port".into(), port.to_string(), "--save".into(), String::new(), "--dir".into(), folder]
        })
    }

    /// Starts NATS with these arguments.
    pub(crate) fn nats(arguments: &[&str]) -> Option<Self> {
        Self::new("nats-server", arguments, |port, _| {
            vec!["--addr".into(), "127.0.0.1".into(), "--port".into(), port.to_string()]
        })
    }

    fn new(name: &str, more: &[&str], arguments: impl FnOnce(u16, String) -> Vec<String>) -> Option<Self> {
        let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
        let port = free_port();
        let mut command = Command::new(program(name, &[])?);
        command.args(arguments(port, folder.display().to_string())).args(more);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Self { command, port, child: None, _folder: folder };
        server.start();
        Some(server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server, and waits until it has ended.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    /// Starts the server again, on the same port.
    pub(crate) fn start(&mut self) {
        let mut child = self.command.spawn().unwrap();
        wait_for(self.port, &mut child);
        self.child = Some(child);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A PostgreSQL with a folder of its own.
pub(crate) struct OwnPostgres {
    pg_ctl: PathBuf,
    data: PathBuf,
    port: u16,
    folder: Folder,
}

impl OwnPostgres {
    pub(crate) fn start() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
        let (initdb, pg_ctl) = (program("initdb", &folders)?, program("pg_ctl", &folders)?);
        // Its processes run as another user, who cannot enter every folder.
        let folder = Folder::new(env::temp_dir().to_str()?);
        let server = Self { pg_ctl, data: folder.join("data"), port: free_port(), folder };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&*server.folder));
        }
        run(server.command(&initdb).args(["--auth=trust", "--username=postgres", "--no-sync"]));
        server.control(&["start", "-w"]);
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Stops the server, which terminates every backend.
    pub(crate) fn stop(&mut self) {
        self.control(&["stop", "-w", "-m", "fast"]);
    }

    /// Starts the server as a standby that accepts no sessions.
    pub(crate) fn start_as_closed_standby(&mut self) {
        let signal = self.data.join("standby.signal");
        let mut touch = self.command(Path::new("touch"));
        touch.env_remove("PGDATA");
        run(touch.arg(signal));
        self.control(&["start", "-W", "-o", "-c hot_standby=off"]);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            std::thread::yield_now();
        }
    }

    /// Ends the recovery of a standby, which then accepts sessions.
    pub(crate) fn promote(&self) {
        run(self.command(&self.pg_ctl).args(["promote", "-W"]));
    }

    fn control(&self, arguments: &[&str]) {
        let options = format!("-p {} -k {} -c fsync=off", self.port, self.folder.display());
        run(self.command(&self.pg_ctl).args(arguments).args(["-o", &options, "-l"]).arg(self.folder.join("log")));
    }

    /// A command with the folder in its environment, as a user that PostgreSQL accepts.
    fn command(&self, program: &Path) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--clear-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.env("PGDATA", &self.data).current_dir(&*self.folder);
        command
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let _ = self.command(&self.pg_ctl).args(["stop", "-m", "immediate"]).output();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

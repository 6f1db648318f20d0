//! Redis process of one test, and a network that loses answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use redis::Client;
use redis::aio::MultiplexedConnection;
use retry_idempotency::RedisStore;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::{net, select, task};

/// A Redis process; it ends with the test.
pub(super) struct RedisProcess {
    child: Child,
    port: u16,
    options: &'static [&'static str],
    /// Library that sets its clock.
    of_clock: Option<PathBuf>,
    directory: PathBuf,
}

/// Runs a test on a server with these options; without persistence, unless they say otherwise.
pub(super) fn with_process(options: &'static [&'static str], test: impl AsyncFnOnce(RedisProcess)) {
    with(options, None, test);
}

/// Runs a test on a server whose clock can be set: it is as far ahead as the file `clock` of its directory says.
pub(super) fn with_clock(test: impl AsyncFnOnce(RedisProcess)) {
    let directory = env::temp_dir().join(format!("retry-clock-{}-{:?}", process::id(), thread::current().id()));
    fs::create_dir_all(&directory).unwrap();
    if let Some(library) = super::clock::library(&directory) {
        with(&[], Some(library), test);
    }
    fs::remove_dir_all(&directory).unwrap();
}

fn with(options: &'static [&'static str], of_clock: Option<PathBuf>, test: impl AsyncFnOnce(RedisProcess)) {
    let is_there = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !is_there {
        assert!(env::var_os("CI").is_none(), "no `redis-server` in the path");
        eprintln!("skipped: no `redis-server` in the path; install Redis");
        return;
    }
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let _watchdog = crate::stores::harness::Watchdog::new();
    runtime.block_on(test(RedisProcess::start(options, of_clock)));
}

impl RedisProcess {
    fn start(options: &'static [&'static str], of_clock: Option<PathBuf>) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let directory = env::temp_dir().join(format!("retry-redis-{}-{port}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        let child = Self::spawn(port, options, of_clock.as_ref(), &directory);
        Self { child, port, options, of_clock, directory }
    }

    fn spawn(port: u16, options: &[&str], of_clock: Option<&PathBuf>, directory: &PathBuf) -> Child {
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"]).arg(directory);
        if let Some(library) = of_clock {
            let clock = directory.join("clock");
            fs::write(&clock, "+0").unwrap();
            command.env("LD_PRELOAD", library).env("RETRY_TEST_CLOCK", clock);
        }
        let child = command.args(options).stdout(Stdio::null()).spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        while !answers(port) {
            assert!(Instant::now() < end, "redis-server does not begin to answer");
            sleep(Duration::from_millis(5));
        }
        child
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -STOP`: connections are accepted, and nothing is answered.
    pub(super) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// `kill -CONT`: all that was sent meanwhile is executed.
    pub(super) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(super) fn restart(&mut self) {
        self.kill();
        self.child = Self::spawn(self.port, self.options, self.of_clock.as_ref(), &self.directory);
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(super) async fn connect(&self) -> MultiplexedConnection {
        Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    /// A store that is set up.
    pub(super) async fn store(&self) -> RedisStore {
        let store = RedisStore::open(&self.url(), "shop").await.unwrap();
        store.acknowledge().await.unwrap();
        store
    }
}

impl Drop for RedisProcess {
    fn drop(&mut self) {
        // The test may have killed it, or have failed: there is nothing to do about what fails here.
        drop((self.child.kill(), self.child.wait(), fs::remove_dir_all(&self.directory)));
    }
}

/// Returns whether a server answers and has loaded its data.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut answer = [0; 5];
    stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG"
}

const PASS: u8 = 0;
const CUT: u8 = 1;
const MUTE: u8 = 2;

/// A network between a store and its server.
pub(super) struct Proxy {
    address: SocketAddr,
    mode: Arc<AtomicU8>,
}

impl Proxy {
    pub(super) async fn before(server: &RedisProcess) -> Self {
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, port) = (Arc::new(AtomicU8::new(PASS)), server.port);
        let of_all = Arc::clone(&mode);
        task::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
                task::spawn(relay(client, server, Arc::clone(&of_all)));
            }
        });
        Self { address, mode }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://{}/", self.address)
    }

    /// The next answer is read from the server, and the connection closed in its place.
    pub(super) fn cut_next_answer(&self) {
        self.mode.store(CUT, Ordering::Relaxed);
    }

    /// No answer arrives any more, and no connection ends.
    pub(super) fn lose_answers(&self) {
        self.mode.store(MUTE, Ordering::Relaxed);
    }
}

async fn relay(mut client: net::TcpStream, mut server: net::TcpStream, mode: Arc<AtomicU8>) {
    let (mut asked, mut answered) = ([0; 4096], [0; 4096]);
    loop {
        select! {
            Ok(length @ 1..) = client.read(&mut asked) => server.write_all(&asked[..length]).await.unwrap(),
            Ok(length @ 1..) = server.read(&mut answered) => match mode.load(Ordering::Relaxed) {
                PASS => drop(client.write_all(&answered[..length]).await),
                CUT => return mode.store(PASS, Ordering::Relaxed),
                _ => {}
            },
            else => return,
        }
    }
}

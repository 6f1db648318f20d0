//! A pooler of one test: pgbouncer, which pools transactions.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use deadpool_postgres::{Manager, Pool};
use rustix::process::geteuid;
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::stores::postgres::server::config;

/// Sessions of the server that all connections share.
const SESSIONS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(20);

/// A pooler, which ends with the test.
pub(super) struct Pooler {
    child: Child,
    pub(super) port: u16,
    settings: PathBuf,
}

/// The program, or `None` where the tests of it are skipped.
///
/// It is `pgbouncer` in the path or where Debian puts it, or what `RETRY_TEST_PGBOUNCER` names; there is none on purpose if that
/// says `none`.
pub(super) fn program() -> Option<PathBuf> {
    let variable = env::var_os("RETRY_TEST_PGBOUNCER");
    if variable.as_ref().is_some_and(|variable| variable == "none") {
        eprintln!("skipped: RETRY_TEST_PGBOUNCER says that there is no pgbouncer");
        return None;
    }
    let paths = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&paths).chain(["/usr/sbin".into()]);
    let named = variable.map(PathBuf::from);
    let found = named.into_iter().chain(folders.map(|folder| folder.join("pgbouncer"))).find(|path| path.is_file());
    if found.is_none() {
        assert!(
            env::var_os("CI").is_none(),
            "there is no `pgbouncer`, and CI is set; RETRY_TEST_PGBOUNCER=none allows it"
        );
        eprintln!("skipped: there is no `pgbouncer`; install pgbouncer, or set RETRY_TEST_PGBOUNCER");
    }
    found
}

impl Pooler {
    /// Starts one before the server of the tests, whose sessions look into this schema.
    pub(super) fn start(program: &PathBuf, schema: &str) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let settings = env::temp_dir().join(format!("retry-pgbouncer-{}-{port}.ini", process::id()));
        let server = config();
        let Host::Tcp(host) = &server.get_hosts()[0] else { panic!("a server by TCP") };
        let address = format!(
            "host={host} port={} dbname={} user={}",
            server.get_ports().first().copied().unwrap_or(5432),
            server.get_dbname().unwrap_or("postgres"),
            server.get_user().unwrap_or("postgres"),
        );
        let password = server.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let password = password.map(|password| format!(" password={password}")).unwrap_or_default();
        let text = format!(
            "[databases]\nkeys = {address}{password} connect_query='SET search_path = {schema}'\n\
            [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
            pool_mode = transaction\ndefault_pool_size = {SESSIONS}\nmax_client_conn = 500\n"
        );
        fs::write(&settings, text).unwrap();
        let mut command = Command::new(program);
        command.arg("--quiet").arg(&settings);
        if geteuid().is_root() {
            // It refuses to run as root.
            command.args(["--user", "nobody"]);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self { child, port, settings };
        let end = Instant::now() + PATIENCE;
        while !answers(port) {
            assert!(Instant::now() < end, "pgbouncer does not begin to answer");
            sleep(Duration::from_millis(10));
        }
        pooler
    }

    pub(super) fn pool(&self, connections: usize) -> Pool {
        pool(self.port, connections)
    }
}

/// Connections to the pooler at this port.
pub(super) fn pool(port: u16, connections: usize) -> Pool {
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user("anybody").dbname("keys");
    Pool::builder(Manager::new(config, NoTls)).max_size(connections).build().unwrap()
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // The test may have failed: there is nothing to do about what fails here.
        drop((self.child.kill(), self.child.wait(), fs::remove_file(&self.settings)));
    }
}

/// Returns whether it takes connections, by a request for TLS, which it refuses.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut answer = [0];
    let request = [0, 0, 0, 8, 4, 210, 22, 47];
    stream.write_all(&request).is_ok() && stream.read_exact(&mut answer).is_ok() && answer == *b"N"
}

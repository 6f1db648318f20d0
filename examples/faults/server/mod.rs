//! Servers of this run: started in a folder of their own, and killed, stopped, filled and set back.

mod folder;
mod postgres;
mod process;
mod redis;

use std::error::Error;
use std::path::PathBuf;

use crate::scene::StoreKind;
use crate::server::folder::Folder;
use crate::server::process::Process;

pub(crate) use self::folder::TooLarge;
pub(crate) use self::postgres::connect as connect_postgres;

/// A server, and the folder of its data.
pub(crate) struct Server {
    kind: StoreKind,
    pub(crate) port: u16,
    folder: Folder,
    process: Option<Process>,
}

impl Server {
    /// Starts a server; the inner error says what the machine lacks.
    pub(crate) fn new(kind: StoreKind) -> Result<Result<Self, String>, Box<dyn Error>> {
        let missing = match kind {
            StoreKind::Postgres => postgres::missing(),
            StoreKind::Redis => redis::missing(),
            StoreKind::Sqlite => None,
        };
        if let Some(missing) = missing {
            return Ok(Err(missing));
        }
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let folder = Folder::new(kind.name())?;
        if kind == StoreKind::Postgres {
            postgres::initialize(&folder)?;
        }
        let mut server = Self { kind, port, folder, process: None };
        server.start()?;
        Ok(Ok(server))
    }

    /// Starts the server unless it runs, and waits until it answers.
    pub(crate) fn start(&mut self) -> Result<(), Box<dyn Error>> {
        if self.process.as_mut().is_some_and(Process::is_running) {
            return Ok(());
        }
        self.process = Some(match self.kind {
            StoreKind::Postgres => postgres::start(&self.folder, self.port)?,
            StoreKind::Redis => redis::start(&self.folder, self.port)?,
            StoreKind::Sqlite => return Ok(()),
        });
        Ok(())
    }

    /// `SIGKILL`, for all of its processes.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// `SIGSTOP`, for all of its processes.
    pub(crate) fn stop(&self) {
        self.process.iter().for_each(Process::stop);
    }

    /// `SIGCONT`.
    pub(crate) fn go_on(&self) {
        self.process.iter().for_each(Process::go_on);
    }

    /// Copies the data of a server that does not run.
    pub(crate) fn save(&self) -> Result<(), Box<dyn Error>> {
        self.folder.copy("data", "saved")
    }

    /// Puts the copy in the place of the data.
    pub(crate) fn restore(&self) -> Result<(), Box<dyn Error>> {
        self.folder.copy("saved", "data")
    }

    /// Leaves no room for data.
    pub(crate) fn fill(&self) -> Result<PathBuf, TooLarge> {
        self.folder.fill()
    }
}

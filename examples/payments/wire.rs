//! A proxy between servers and their store: it cuts connections after the store has done its step, so that
//! nobody hears of it, also of a commit.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use retry_examples::random::SplitMix64;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The share of answers to a commit, or to a script of Redis, that are lost with their connection.
const LOST: f64 = 0.02;

/// The cuts so far.
#[derive(Debug)]
pub(crate) struct Wire {
    store: SocketAddr,
    /// Text in a message that is worth a cut.
    holds: &'static [u8],
    random: Mutex<SplitMix64>,
    pub(crate) cut: AtomicU32,
}

/// Opens a port before the store at this address, which cuts answers to messages that hold these bytes.
pub(crate) async fn open(store: SocketAddr, holds: &'static [u8], seed: u64) -> io::Result<(SocketAddr, Arc<Wire>)> {
    let wire = Arc::new(Wire { store, holds, random: Mutex::new(SplitMix64::new(seed)), cut: AtomicU32::new(0) });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let opened = Arc::clone(&wire);
    tokio::spawn(async move {
        while let Ok((server, _)) = listener.accept().await {
            let wire = Arc::clone(&wire);
            tokio::spawn(async move { wire.hand_on(server).await });
        }
    });
    Ok((address, opened))
}

impl Wire {
    async fn hand_on(&self, server: TcpStream) -> io::Result<()> {
        let store = TcpStream::connect(self.store).await?;
        server.set_nodelay(true)?;
        store.set_nodelay(true)?;
        let (from_server, to_server) = server.into_split();
        let (from_store, to_store) = store.into_split();
        let cuts = AtomicBool::new(false);
        // Whichever ends first ends both: both halves are dropped.
        tokio::select! {
            done = self.up(from_server, to_store, &cuts) => done,
            done = self.down(from_store, to_server, &cuts) => done,
        }
    }

    async fn up(
        &self,
        mut from: impl AsyncReadExt + Unpin,
        mut to: impl AsyncWriteExt + Unpin,
        cuts: &AtomicBool,
    ) -> io::Result<()> {
        let mut message = vec![0; 16 * 1024];
        loop {
            let read = from.read(&mut message).await?;
            if read == 0 {
                return Ok(());
            }
            let message = &message[..read];
            let is_worth_it = message.windows(self.holds.len()).any(|part| part == self.holds);
            if is_worth_it && self.random.lock().unwrap_or_else(PoisonError::into_inner).fraction() < LOST {
                cuts.store(true, Ordering::Relaxed);
            }
            to.write_all(message).await?;
        }
    }

    async fn down(
        &self,
        mut from: impl AsyncReadExt + Unpin,
        mut to: impl AsyncWriteExt + Unpin,
        cuts: &AtomicBool,
    ) -> io::Result<()> {
        let mut message = vec![0; 16 * 1024];
        loop {
            let read = from.read(&mut message).await?;
            if read == 0 {
                return Ok(());
            }
            if cuts.load(Ordering::Relaxed) {
                self.cut.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            to.write_all(&message[..read]).await?;
        }
    }
}

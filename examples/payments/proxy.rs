//! A proxy between clients and servers: it owns the port, outlives the servers, and loses answers.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use retry_examples::random::SplitMix64;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The share of answers that are read whole and not handed on, of those cut midway, and of requests cut midway.
const LOST: f64 = 0.1;
const HALVED: f64 = 0.03;
const REQUEST_CUT: f64 = 0.03;

/// Current addresses of the servers.
#[derive(Debug)]
pub(crate) struct Doors {
    servers: Mutex<Vec<Option<SocketAddr>>>,
    next: AtomicUsize,
    random: Mutex<SplitMix64>,
    /// Receipts that were read whole and not handed on.
    pub(crate) lost: AtomicU32,
    /// Exchanges that were cut midway.
    pub(crate) cut: AtomicU32,
}

impl Doors {
    pub(crate) fn new(servers: usize, seed: u64) -> Self {
        Self {
            servers: Mutex::new(vec![None; servers]),
            next: AtomicUsize::new(0),
            random: Mutex::new(SplitMix64::new(seed)),
            lost: AtomicU32::new(0),
            cut: AtomicU32::new(0),
        }
    }

    pub(crate) fn set(&self, server: usize, address: Option<SocketAddr>) {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)[server] = address;
    }

    /// The next server, in turn; none where there is none.
    fn server(&self) -> Option<SocketAddr> {
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        (0..servers.len()).find_map(|more| servers[(first + more) % servers.len()])
    }

    fn fraction(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).fraction()
    }
}

/// Opens the port, whose connections carry one request each.
pub(crate) async fn open(doors: Arc<Doors>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let doors = Arc::clone(&doors);
            // A fault on either side ends the connection, which is all that the other side may see.
            tokio::spawn(async move { hand_on(client, &doors).await });
        }
    });
    Ok(address)
}

async fn hand_on(client: TcpStream, doors: &Doors) -> io::Result<()> {
    let Some(address) = doors.server() else { return Ok(()) };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = TcpStream::connect(address).await?.into_split();
    let cuts_request = doors.fraction() < REQUEST_CUT;
    let up = tokio::spawn(async move {
        let mut request = [0; 4096];
        loop {
            let read = from_client.read(&mut request).await?;
            if read == 0 || cuts_request {
                to_server.write_all(&request[..read / 2]).await?;
                return to_server.shutdown().await;
            }
            to_server.write_all(&request[..read]).await?;
        }
    });
    let mut answer = Vec::new();
    let whole = from_server.read_to_end(&mut answer).await;
    up.abort();
    if cuts_request {
        doors.cut.fetch_add(1, Ordering::Relaxed);
        return Ok(());
    }
    let is_receipt = whole.is_ok() && answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"}");
    let random = doors.fraction();
    if random < LOST {
        if is_receipt {
            doors.lost.fetch_add(1, Ordering::Relaxed);
        }
        return Ok(());
    }
    let mut sent = &answer[..];
    if random < LOST + HALVED {
        doors.cut.fetch_add(1, Ordering::Relaxed);
        sent = &answer[..answer.len() / 2];
    }
    to_client.write_all(sent).await?;
    to_client.shutdown().await
}

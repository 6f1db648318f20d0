//! A network between a client and its server, which cuts, delays, refuses and silences connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// A network between a client and its server.
///
/// It forwards bytes in both directions until one of its faults is set. It ends with its runtime.
#[derive(Clone, Debug)]
pub struct Proxy {
    address: SocketAddr,
    faults: Arc<watch::Sender<Faults>>,
    connections: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    /// Number of silences so far; connections that are older than the last one have fallen silent for ever.
    silences: u64,
    /// New connections are silent too.
    are_silent: bool,
    /// New connections are reset.
    are_refused: bool,
    /// Number of cuts so far; connections that are older than the last one are reset.
    cuts: u64,
    /// Delay of each read.
    delay: Duration,
}

impl Proxy {
    /// Opens a port before a server, such as `("127.0.0.1", 6379)`.
    ///
    /// # Errors
    ///
    /// If there is no port.
    pub async fn before(host: impl Into<String>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let faults = Arc::new(watch::Sender::new(Faults::default()));
        let connections = Arc::new(AtomicUsize::new(0));
        let proxy = Self { address, faults: Arc::clone(&faults), connections: Arc::clone(&connections) };
        let host = host.into();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if faults.borrow().are_refused {
                    reset(client);
                    continue;
                }
                connections.fetch_add(1, Ordering::Relaxed);
                let (host, mut faults) = (host.clone(), faults.subscribe());
                let at_first = *faults.borrow_and_update();
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect((host.as_str(), port)).await {
                        relay(client, server, faults, at_first).await;
                    }
                });
            }
        });
        Ok(proxy)
    }

    /// Address for the client.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Number of connections that were accepted so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Silences all connections, and new ones too: they stay open, and no byte passes.
    pub fn silence(&self) {
        self.faults.send_modify(|faults| (faults.are_silent, faults.silences) = (true, faults.silences + 1));
    }

    /// Forwards new connections again. Those that have fallen silent stay so.
    pub fn forward_new(&self) {
        self.faults.send_modify(|faults| (faults.are_silent, faults.are_refused) = (false, false));
    }

    /// Silences the connections that are open now, and no others.
    pub fn silence_open(&self) {
        self.faults.send_modify(|faults| faults.silences += 1);
    }

    /// Resets all connections that are open now.
    pub fn cut(&self) {
        self.faults.send_modify(|faults| faults.cuts += 1);
    }

    /// Resets all connections and all new ones, as if the server were away, until [`forward_new`](Self::forward_new).
    pub fn refuse(&self) {
        self.faults.send_modify(|faults| (faults.are_refused, faults.cuts) = (true, faults.cuts + 1));
    }

    /// Resets new connections, as a server does that has too many, until [`forward_new`](Self::forward_new).
    pub fn refuse_new(&self) {
        self.faults.send_modify(|faults| faults.are_refused = true);
    }

    /// Delays what passes, in each direction.
    pub fn delay(&self, delay: Duration) {
        self.faults.send_modify(|faults| faults.delay = delay);
    }
}

/// Closes a connection at once, by a reset.
fn reset(stream: TcpStream) {
    let _ = stream.set_zero_linger();
    drop(stream);
}

async fn relay(mut client: TcpStream, mut server: TcpStream, mut faults: watch::Receiver<Faults>, at_first: Faults) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut asked, mut answered) = (vec![0; 1 << 14], vec![0; 1 << 14]);
    let mut is_silent = at_first.are_silent;
    loop {
        let (delay, forwards) = (faults.borrow().delay, !is_silent);
        tokio::select! {
            biased;
            changed = faults.changed() => {
                let now = *faults.borrow();
                if changed.is_err() || now.cuts > at_first.cuts {
                    reset(client);
                    return;
                }
                is_silent |= now.silences > at_first.silences;
            }
            read = client.read(&mut asked), if forwards => {
                let Ok(length @ 1..) = read else { return };
                sleep(delay).await;
                if server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered), if forwards => {
                let Ok(length @ 1..) = read else { return };
                sleep(delay).await;
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

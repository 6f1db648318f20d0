//! A proxy between the store and the server: counts round trips, and cuts connections after an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The message with which the server ends an answer: `ReadyForQuery`.
const READY: u8 = b'Z';

#[derive(Default)]
struct State {
    rounds: AtomicU32,
    cuts: AtomicBool,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// A proxy to that server.
    pub(crate) async fn to(host: String, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let state = proxy.state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((host.as_str(), port)).await.unwrap();
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                tokio::spawn(join(client, server, state.clone()));
            }
        });
        proxy
    }

    /// Number of answers passed on since the last call.
    pub(crate) fn rounds(&self) -> u32 {
        self.state.rounds.swap(0, Ordering::SeqCst)
    }

    /// The next answer is read to its end, and the connection is cut instead.
    pub(crate) fn cut_next(&self) {
        self.state.cuts.store(true, Ordering::SeqCst);
    }
}

async fn join(client: TcpStream, server: TcpStream, state: Arc<State>) {
    let ((mut from_client, to_client), (from_server, mut to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        _ = copy(&mut from_client, &mut to_server) => {}
        _ = answers(from_server, to_client, &state) => {}
    }
}

/// A message is a byte for its kind, the length of all but that byte in four bytes, and the rest.
async fn answers(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, state: &State) -> std::io::Result<()> {
    loop {
        let mut message = vec![0; 5];
        server.read_exact(&mut message).await?;
        let length = u32::from_be_bytes([message[1], message[2], message[3], message[4]]);
        message.resize(1 + length as usize, 0);
        server.read_exact(&mut message[5..]).await?;
        let is_last = message[0] == READY;
        if state.cuts.load(Ordering::SeqCst) {
            if is_last {
                state.cuts.store(false, Ordering::SeqCst);
                return Ok(());
            }
            continue;
        }
        // Counted before it is passed on: who has it finds it counted.
        state.rounds.fetch_add(is_last.into(), Ordering::SeqCst);
        client.write_all(&message).await?;
    }
}

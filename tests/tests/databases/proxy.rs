//! A proxy that a test closes and opens again, where the server is not the test's own.

use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Forwards connections to a server while it is open.
pub(crate) struct Proxy {
    port: u16,
    server: String,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Proxy {
    pub(crate) async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = Self { port, server: server.to_owned(), task: Arc::default() };
        proxy.forward(listener);
        proxy
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections, and refuses new ones.
    pub(crate) async fn close(&self) {
        let task = self.task.lock().unwrap().take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }

    /// Forwards connections again.
    pub(crate) fn open(&self) {
        let listener = std::net::TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.forward(TcpListener::from_std(listener).unwrap());
    }

    fn forward(&self, listener: TcpListener) {
        let server = self.server.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut upstream = TcpStream::connect(server).await?;
                    copy_bidirectional(&mut client, &mut upstream).await
                });
            }
        });
        *self.task.lock().unwrap() = Some(task);
    }
}

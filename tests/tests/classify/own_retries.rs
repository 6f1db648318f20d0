//! Clients that retry by themselves, below `#[retry]`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use reqwest::{Client, ClientBuilder};
use retry_runtime::retry;
use tokio::net::{TcpListener, TcpStream};

#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = none)]
async fn ask(client: &Client, url: &str) -> reqwest::Result<()> {
    client.post(url).body("x").send().await.map(drop)
}

/// Refuses every stream, and counts them.
async fn refuse(stream: TcpStream, count: Arc<AtomicU32>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        count.fetch_add(1, SeqCst);
        respond.send_reset(h2::Reason::REFUSED_STREAM);
    }
}

/// Returns the number of requests that one call sends.
async fn requests(client: ClientBuilder) -> u32 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let count = Arc::new(AtomicU32::new(0));
    let counting = count.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(refuse(stream, counting.clone()));
        }
    });
    ask(&client.build().unwrap(), &url).await.unwrap_err();
    count.load(SeqCst)
}

#[tokio::test]
async fn reqwest_multiplies_unless_its_own_retries_are_off() {
    let client = || Client::builder().no_proxy().http2_prior_knowledge();
    assert_eq!(requests(client().retry(reqwest::retry::never())).await, 3, "what the guide says to write");
    assert_eq!(requests(client()).await, 9, "what the guide warns of");
}

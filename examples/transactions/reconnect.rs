//! A program that follows notifications of a database, and connects again whenever the connection breaks.
//!
//! `cargo run --example reconnect -- postgres://postgres@127.0.0.1:5432/test prices`, and in psql `NOTIFY prices, 'hello'`.
//! The notification `stop` ends it.

use std::env;
use std::error::Error;
use std::future::poll_fn;

use retry_runtime::retry;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::{AsyncMessage, Client, NoTls};

/// A session that listens.
struct Subscription {
    messages: UnboundedReceiver<AsyncMessage>,
    /// The session ends when its client is dropped.
    _client: Client,
}

/// Connects and listens, as soon as the server accepts a session.
#[retry(max_attempts = unbounded, deadline = 5m, backoff = exp(100ms, 5s), retry_on = (Connect, Disconnected, Throttled))]
async fn subscribe(url: &str, channel: &str) -> Result<Subscription, tokio_postgres::Error> {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await?;
    let (sender, messages) = unbounded_channel();
    tokio::spawn(async move {
        // Dropping the sender reports the end of the connection.
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            let _ = sender.send(message);
        }
    });
    client.batch_execute(&format!("LISTEN {channel}")).await?;
    Ok(Subscription { messages, _client: client })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(url), Some(channel)) = (words.next(), words.next()) else {
        return Err("write the address of a database and the name of a channel".into());
    };
    loop {
        let mut subscription = subscribe(&url, &channel).await?;
        // What was sent while nobody listened is gone: read the current state here, and then follow.
        println!("listening");
        while let Some(message) = subscription.messages.recv().await {
            if let AsyncMessage::Notification(notification) = message {
                println!("{}", notification.payload());
                if notification.payload() == "stop" {
                    return Ok(());
                }
            }
        }
        println!("disconnected");
    }
}

//! Calls for ever, and the live page of their retries.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use retry_runtime::page::Page;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::calls::make_one;
use crate::visit::Street;
use crate::waves::PACE;

/// Serves the page on this port of this machine, and calls until the process is ended.
///
/// # Errors
///
/// If the port cannot be had, or a call panicked.
pub(crate) async fn serve(street: Arc<Street>, port: u16) -> Result<(), Box<dyn Error>> {
    let listener =
        TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.map_err(|error| fault(port, &error))?;
    writeln!(io::stdout(), "the page: http://{}/ (end it with Ctrl-C)", listener.local_addr()?)?;
    io::stdout().flush()?;
    let page = Router::new().route_service("/", Page::new());
    tokio::select! {
        served = axum::serve(listener, page) => Ok(served?),
        called = call_for_ever(street) => called,
    }
}

fn fault(port: u16, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is in use; write `--port N` with another one, or `--port 0` for any free one")
        }
        _ => format!("port {port} cannot be had: {error}; write `--port N` with another one"),
    }
}

async fn call_for_ever(street: Arc<Street>) -> Result<(), Box<dyn Error>> {
    let mut ticks = interval(Duration::from_secs(1) / PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut under_way = JoinSet::new();
    for call in (0..=u32::MAX).cycle() {
        ticks.tick().await;
        under_way.spawn(make_one(street.clone(), call));
        while let Some(done) = under_way.try_join_next() {
            let (_call, _journal, _outcome) = done?;
        }
    }
    Ok(())
}

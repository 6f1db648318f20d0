//! Between services.
#![allow(dead_code)] // compiled, and not run

use axum::routing::get;
use retry_runtime::OutgoingRequest;

async fn stock() -> &'static str {
    "7"
}

async fn both(client: &reqwest::Client, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    // In the README:
    // The client: says which attempt asks and how long it waits, and keeps what a refusal says.
    let answer = client.get(url).with_attempt().send().await?; // `use retry_runtime::OutgoingRequest`
    let answer = retry_runtime::http::check(answer)?; // in place of `error_for_status`

    // The server: ends inside the caller's deadline, says when it gave up, and refuses retries above a tenth.
    let layer = retry_runtime::tower::ServerLayer::new().refuse_retries_above(0.1)?;
    let shop = axum::Router::new().route("/stock", get(stock)).layer(layer);
    // Up to here.
    let _: (reqwest::Response, axum::Router) = (answer, shop);
    Ok(())
}

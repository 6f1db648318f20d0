//! The shop: an axum server behind a layer of faults, and beside it a door that resets and one that is closed.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::operation::{HEADER, Tag};
use crate::script::{Fault, Script};
use crate::shop::{Page, Profile, Quote, Receipt, Shelf, Stock, Token};

/// Long after every attempt timeout.
const SLOW: Duration = Duration::from_secs(30);

/// The addresses of a shop that is open while this lives.
pub(crate) struct Doors {
    /// Answers, and makes the faults that an HTTP server can make.
    pub(crate) shop: SocketAddr,
    /// Breaks every connection in the middle of the answer.
    pub(crate) rude: SocketAddr,
    /// Refuses every connection.
    pub(crate) closed: SocketAddr,
    /// Keeps the closed door's port from others: bound, and never listened on.
    _bolt: TcpSocket,
}

/// Opens the shop on free ports of this machine.
///
/// # Errors
///
/// If a port cannot be bound.
pub(crate) async fn open(script: Script) -> io::Result<Doors> {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let shop = TcpListener::bind(any_port).await?;
    let rude = TcpListener::bind(any_port).await?;
    let bolt = TcpSocket::new_v4()?;
    bolt.bind(any_port)?;
    let doors = Doors { shop: shop.local_addr()?, rude: rude.local_addr()?, closed: bolt.local_addr()?, _bolt: bolt };
    tokio::spawn(async move { axum::serve(shop, routes(script)).await });
    tokio::spawn(break_all(rude));
    Ok(doors)
}

fn routes(script: Script) -> Router {
    Router::new()
        .route("/quote/{article}", get(quote))
        .route("/stock/{article}", get(stock))
        .route("/search/{word}", get(search))
        .route("/profile", get(profile))
        .route("/picks", get(picks))
        .route("/orders/{article}", post(order))
        .route("/shelf/{article}", get(shelf))
        .layer(middleware::from_fn_with_state(script, faults))
        .route("/token", post(token))
        .with_state(script)
}

/// Lets a request through, or answers it with the fault that the script has for it.
async fn faults(State(script): State<Script>, request: Request, next: Next) -> Response {
    let Some(tag) = tag(request.headers()) else {
        return (StatusCode::BAD_REQUEST, HEADER).into_response();
    };
    match script.fault(tag) {
        Some(Fault::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::Closed) => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "30")]).into_response(),
        Some(Fault::Throttled) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        Some(Fault::ThrottledLong) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "120")]).into_response(),
        Some(Fault::Malformed) => ([(CONTENT_TYPE, "application/json")], r#"{"items": [3, 1"#).into_response(),
        Some(Fault::Empty) => Json(Page::default()).into_response(),
        Some(Fault::Slow) => {
            tokio::time::sleep(SLOW).await;
            next.run(request).await
        }
        // Another door made the first two; the profile itself asks for a fresh token.
        Some(Fault::Refused | Fault::Reset | Fault::Expired) | None => next.run(request).await,
    }
}

fn tag(headers: &HeaderMap) -> Option<Tag> {
    headers.get(HEADER)?.to_str().ok()?.parse().ok()
}

async fn quote(Path(article): Path<u32>) -> Json<Quote> {
    Json(Quote { article, cents: 199 + article * 37 % 5000 })
}

async fn stock(Path(article): Path<u32>) -> Json<Stock> {
    Json(Stock { article, pieces: article * 7 % 90 })
}

async fn search(Path(word): Path<u32>) -> Json<Page> {
    Json(Page { items: (word..word + 5).collect() })
}

async fn picks() -> Json<Page> {
    Json(Page { items: vec![3, 14, 15] })
}

async fn order(Path(article): Path<u32>) -> Json<Receipt> {
    Json(Receipt { order: 9000 + article })
}

async fn shelf(Path(article): Path<u32>) -> Json<Shelf> {
    Json(Shelf { article, aisle: article % 12 })
}

const FRESH: &str = "fresh";

async fn profile(State(script): State<Script>, headers: HeaderMap) -> Result<Json<Profile>, StatusCode> {
    let tag = tag(&headers).ok_or(StatusCode::BAD_REQUEST)?;
    let is_fresh = headers.get(AUTHORIZATION).is_some_and(|token| token == FRESH);
    if script.is_expired(tag) && !is_fresh {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(Profile { name: format!("customer {}", tag.call) }))
}

/// Renews the token of a session, unless the shop has forgotten the session.
async fn token(State(script): State<Script>, headers: HeaderMap) -> Result<Json<Token>, StatusCode> {
    let tag = tag(&headers).ok_or(StatusCode::BAD_REQUEST)?;
    if !script.renews(tag) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(Json(Token { token: FRESH.to_owned() }))
}

async fn break_all(door: TcpListener) {
    while let Ok((connection, _)) = door.accept().await {
        tokio::spawn(break_midway(connection));
    }
}

/// Reads a request, writes half an answer and resets the connection: closed with data unsent and no linger.
async fn break_midway(mut connection: TcpStream) -> io::Result<()> {
    let mut request = [0; 2048];
    let _ = connection.read(&mut request).await?;
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n{\"article\": 1").await?;
    connection.set_zero_linger()
}

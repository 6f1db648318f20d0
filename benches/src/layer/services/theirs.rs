//! The handler under axum-idempotent, with a session in memory for each connection.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use axum_idempotent::{IdempotentLayer, IdempotentOptions};
use ruts::store::Ttl;
use ruts::store::moka::MokaStore;
use ruts::{CookieOptions, Session, SessionLayer};
use tower_cookies::CookieManagerLayer;

pub(in crate::layer) fn router() -> Router {
    let options = IdempotentOptions::default().use_idempotency_key_header(Some("Idempotency-Key"), true);
    let sessions = SessionLayer::new(Arc::new(MokaStore::builder().build()));
    let cookies = CookieOptions::build().name("session").max_age(3600).path("/");
    // It keeps responses of requests with a session only, and makes none.
    super::handler()
        .layer(IdempotentLayer::<MokaStore>::new(options))
        .route("/session", post(begin))
        .layer(sessions.with_cookie_options(cookies))
        .layer(CookieManagerLayer::new())
}

async fn begin(session: Session<MokaStore>) -> Result<&'static str, StatusCode> {
    let ttl = Ttl::new(3600).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let begun = session.set("account", &7, ttl, None).await;
    begun.map(|()| "begun").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

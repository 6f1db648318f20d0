//! The page behind what asks who a reader is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::Router;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use retry_runtime::page::Page;
use retry_runtime::retry;
use retry_tests::Fault;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::browser::{Browser, Window};

#[retry(retry_on = Timeout, name = "guarded")]
fn guarded() -> Result<u32, Fault> {
    Ok(7)
}

/// Serves the page to who brings the token, and to others, or to all once it is locked, where to log in; its port.
async fn serve(is_locked: Arc<AtomicBool>) -> u16 {
    let page = Page::new();
    let answer = move |request: Request| {
        let (page, is_locked) = (page.clone(), is_locked.load(Relaxed));
        async move {
            let has_token = request.uri().query().is_some_and(|query| query.contains("token=t"));
            let answer: Response = if has_token && !is_locked {
                page.oneshot(request).await.unwrap()
            } else {
                Html("Log in").into_response()
            };
            answer
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/retries", get(answer))).await });
    port
}

const IS_LIVE: &str = "return document.getElementById('live')?.innerText === 'live'";
const HAS_ROW: &str = "return document.querySelector('#retries tbody th')?.innerText === 'guarded'";

#[tokio::test]
async fn a_page_to_log_in_is_no_answer_and_what_was_shown_stays() {
    let Some(browser) = Browser::open(Window::Desktop).await else { return };
    guarded().unwrap();
    let is_locked = Arc::new(AtomicBool::new(false));
    let port = serve(Arc::clone(&is_locked)).await;
    browser.go(&format!("http://127.0.0.1:{port}/retries?token=t")).await;
    browser.until(HAS_ROW).await;
    is_locked.store(true, Relaxed);
    browser.until("return document.getElementById('live').innerText.startsWith('no response since')").await;
    assert_eq!(browser.run(HAS_ROW).await, true);
    is_locked.store(false, Relaxed);
    browser.until(IS_LIVE).await;
    assert_eq!(browser.run(HAS_ROW).await, true);
    browser.close().await;
}

#[tokio::test]
async fn an_address_with_a_user_and_a_token_is_renewed_and_sorted() {
    let Some(browser) = Browser::open(Window::Desktop).await else { return };
    guarded().unwrap();
    let port = serve(Arc::default()).await;
    browser.go(&format!("http://reader:secret@127.0.0.1:{port}/retries?token=t")).await;
    browser.until(HAS_ROW).await;
    browser.run("window.was = document.getElementById('retries')").await;
    browser.click("#sort-calls").await;
    browser.until("return location.search === '?token=t&sort=calls&order=desc'").await;
    browser.until("return document.getElementById('retries') !== window.was").await;
    browser.until(IS_LIVE).await;
    assert_eq!(browser.run(HAS_ROW).await, true);
    browser.close().await;
}

//! An API on a thread of its own, which answers by a script, and can be killed.

use std::collections::HashMap;
use std::mem::take;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[derive(Clone, Copy)]
pub(super) enum Answer {
    Status(u16),
    /// 429, with a Retry-After of one second.
    Throttle,
    Hang,
}

/// One request.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) at: Instant,
    pub(super) key: Option<String>,
    pub(super) authorization: String,
    pub(super) body: String,
}

#[derive(Default)]
struct Api {
    /// The next answers by path, the first last; then it answers with the path.
    answers: HashMap<&'static str, Vec<Answer>>,
    received: Vec<Received>,
}

type Shared = Arc<Mutex<Api>>;

pub(super) struct Server {
    api: Shared,
    address: SocketAddr,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Server {
    pub(super) fn start() -> Self {
        let address = ([127, 0, 0, 1], 0).into();
        let mut server = Self { api: Shared::default(), address, running: None };
        server.restart();
        server
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the first answers for a path.
    pub(super) fn script<const N: usize>(&self, path: &'static str, mut answers: [Answer; N]) {
        answers.reverse();
        self.api.lock().unwrap().answers.insert(path, answers.into());
    }

    /// Takes the requests since the last time.
    pub(super) fn received(&self) -> Vec<Received> {
        take(&mut self.api.lock().unwrap().received)
    }

    /// Closes the port and all connections.
    pub(super) fn kill(&mut self) {
        let (end, thread) = self.running.take().expect("it runs");
        drop(end);
        thread.join().unwrap();
    }

    /// Listens at the same address as before.
    pub(super) fn restart(&mut self) {
        let (end, ended) = oneshot::channel();
        let (started, starts) = std::sync::mpsc::channel();
        let (address, api) = (self.address, self.api.clone());
        // A runtime that is dropped closes its sockets.
        let thread = spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind(address).await.unwrap();
                started.send(listener.local_addr().unwrap()).unwrap();
                let router = Router::new().fallback(answer).with_state(api);
                tokio::spawn(async move { axum::serve(listener, router).await });
                let _ = ended.await;
            });
        });
        self.address = starts.recv().unwrap();
        self.running = Some((end, thread));
    }
}

async fn answer(State(api): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let path = head.uri.path();
    let next = {
        let mut api = api.lock().unwrap();
        api.received.push(Received {
            at: Instant::now(),
            key: header("idempotency-key").map(|key| key.trim_matches('"').to_owned()),
            authorization: header("authorization").unwrap_or_default(),
            body: String::from_utf8(body.into()).unwrap(),
        });
        api.answers.get_mut(path).and_then(Vec::pop)
    };
    match next {
        None => axum::Json(serde_json::json!({ "path": path })).into_response(),
        Some(Answer::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Answer::Throttle) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response(),
        Some(Answer::Hang) => std::future::pending().await,
    }
}

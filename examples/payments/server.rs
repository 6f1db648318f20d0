//! The payment service: a process of its own, which may be killed at any time.

use std::error::Error;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use retry_idempotency::OnceError;
use tokio::net::TcpListener;

use crate::body::{Shop, Visit};
use crate::broken::{is_worth_another, pay_as_planned};
use crate::error::PayError;
use crate::gateway::Charger;
use crate::ledger::{Order, Receipt};
use crate::pass_log::{PassLog, Window};
use crate::plan::Plan;
use crate::store::Books;

/// Serves until it is killed, or whoever started it is gone. Its first line says its port.
#[tokio::main]
pub(crate) async fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    // A server that is stopped does not see its input end.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let shop = Shop {
        books: Books::open(&plan.keys).await?,
        pass_log: PassLog::open(&plan.pass_log, plan.armed)?,
        charger: Charger::new(plan.gateway)?,
        plan: plan.clone(),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let router = Router::new().route("/payments", post(payments)).with_state(Arc::new(shop));
    Ok(axum::serve(listener, router).await?)
}

async fn payments(State(shop): State<Arc<Shop>>, headers: HeaderMap, Json(order): Json<Order>) -> Response {
    let Some(key) = key_of(&headers) else {
        return (StatusCode::BAD_REQUEST, "no `Idempotency-Key`; send one, the same for each attempt").into_response();
    };
    // In a task of its own: the handler is dropped when its client hangs up, which is just when clients retry.
    let work = tokio::spawn(async move {
        let visit =
            Visit { shop: &shop, key: &key, order: &order, has_run: AtomicBool::new(false), token: AtomicU64::new(0) };
        visit.pass(Window::Received);
        let outcome = pay_as_planned(&visit).await;
        answer(&visit, outcome)
    });
    work.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The key: a string between quotes, as structured headers have it, or bare.
fn key_of(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    (!key.is_empty()).then(|| key.to_owned())
}

fn answer(visit: &Visit<'_>, outcome: Result<Receipt, PayError>) -> Response {
    let has_run = visit.has_run.load(Ordering::Relaxed);
    match outcome {
        Ok(receipt) => {
            visit.pass(if has_run { Window::Answered } else { Window::Replayed });
            Json(receipt).into_response()
        }
        Err(error) => {
            if is_lost(&error) {
                visit.pass(Window::Fenced);
            }
            refusal(&error)
        }
    }
}

fn is_lost(error: &PayError) -> bool {
    matches!(error, PayError::Once(OnceError::Lost | OnceError::LeaseEnded { .. }))
}

fn refusal(error: &PayError) -> Response {
    let status = match error {
        PayError::Once(OnceError::InFlight { .. }) => StatusCode::CONFLICT,
        // The client is told to find out, and not to ask again.
        PayError::Once(OnceError::Interrupted { .. } | OnceError::StepInterrupted { .. }) => StatusCode::GONE,
        PayError::Once(OnceError::Mismatch) => StatusCode::UNPROCESSABLE_ENTITY,
        error if is_lost(error) || is_worth_another(error) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = (status, error.to_string()).into_response();
    if status == StatusCode::CONFLICT {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

//! The service that the layer makes.

use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use axum_core::body::Body;
use axum_core::response::Response;
use http::Request;
use retry_runtime::propagate;
use tower_service::Service;

use crate::http::handle::handle;
use crate::http::problem::Problem;
use crate::http::request::{Examined, examine};
use crate::http::rules::Rules;

/// Service that serves each request once.
///
/// See [`IdempotencyLayer`](crate::http::IdempotencyLayer).
#[derive(Clone, Debug)]
pub struct IdempotencyService<S> {
    inner: S,
    rules: Arc<Rules>,
}

impl<S> IdempotencyService<S> {
    pub(super) fn new(inner: S, rules: Arc<Rules>) -> Self {
        Self { inner, rules }
    }
}

impl<S> Service<Request<Body>> for IdempotencyService<S>
where
    S: Service<Request<Body>, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The service that is ready serves; its clone is polled for readiness next.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            match examine(&rules, request).await {
                Examined::Pass(request) => inner.call(request).await,
                Examined::Refuse(problem) => Ok(rules.problem(problem)),
                Examined::Keyed(request) => {
                    // A client that hangs up drops this future but not the task, which then only stops waiting.
                    let caller = Arc::new(());
                    let handling = handle(Arc::clone(&rules), inner, request, Arc::downgrade(&caller));
                    let task = tokio::spawn(propagate(handling));
                    task.await.unwrap_or_else(|_| Ok(rules.problem(Problem::Panicked)))
                }
            }
        })
    }
}

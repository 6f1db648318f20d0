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
use crate::http::handling::{ToItsEnd, around};
use crate::http::problem::Problem;
use crate::http::request::{Examined, KeyedRequest, examine};
use crate::http::rules::Rules;
use crate::session::Entered;

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

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // The service that is ready serves; its clone is polled for readiness next.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            match examine(&rules, &mut request).await {
                Examined::Pass => inner.call(request).await,
                Examined::Refuse(problem) => Ok(rules.problem(problem)),
                Examined::Keyed(request) => serve(rules, inner, request).await,
            }
        })
    }
}

/// Serves a request with a key to its end.
async fn serve<S>(rules: Arc<Rules>, inner: S, mut keyed: Box<KeyedRequest>) -> Result<Response, S::Error>
where
    S: Service<Request<Body>, Response = Response> + Send + 'static,
    S::Future: Send,
    S::Error: Send + 'static,
{
    // Only a request that waits for another one has to know that its client is gone.
    let caller = (!rules.wait.is_zero()).then(|| Arc::new(()));
    let gone = caller.as_ref().map(Arc::downgrade);
    let entered = Entered::new(Arc::clone(&rules));
    let handling = match &rules.around {
        None => ToItsEnd::new(propagate(handle(entered, inner, keyed, gone))),
        Some(hook) => {
            let own = Arc::clone(&rules);
            let (head, body) = mem::take(&mut keyed.request).into_parts();
            let shown = head.clone();
            keyed.request = Request::from_parts(head, body);
            let handling = around(hook, &shown, propagate(handle(entered, inner, keyed, gone)));
            ToItsEnd::new(async move { handling.await.unwrap_or_else(|| panicked(&own)) })
        }
    };
    // A client that hangs up drops this future but not the handling, which then only stops waiting. The caller goes first.
    let present = caller;
    let response = handling.await.unwrap_or_else(|| panicked(&rules));
    drop(present);
    response
}

#[allow(clippy::unnecessary_wraps)] // as the handling returns it
fn panicked<E>(rules: &Rules) -> Result<Response, E> {
    Ok(rules.problem(Problem::Panicked))
}

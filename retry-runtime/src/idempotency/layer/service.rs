//! The service that the layer makes.

use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::sync::Arc;

use ::axum_core::body::Body;
use ::axum_core::response::Response;
use ::http::Request;
use ::tower_service::Service;

use crate::idempotency::layer::Problem;
use crate::idempotency::layer::config::Rules;
use crate::idempotency::layer::request::{Judged, judge};
use crate::idempotency::layer::run::serve;
use crate::propagate;

/// A service that serves each request once; see [`IdempotencyLayer`](super::IdempotencyLayer).
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
        // The one that is ready serves; its clone will be asked whether it is.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            match judge(&rules, request).await {
                Judged::Pass(request) => inner.call(request).await,
                Judged::Refuse(problem) => Ok(rules.problem(problem)),
                Judged::Ask(asking) => {
                    // A client that hangs up drops this future, and not that task, which only stops to wait then.
                    let caller = Arc::new(());
                    let serve = serve(Arc::clone(&rules), inner, asking, Arc::downgrade(&caller));
                    let serving = tokio::spawn(propagate(serve));
                    serving.await.unwrap_or_else(|_| Ok(rules.problem(Problem::Panicked)))
                }
            }
        })
    }
}

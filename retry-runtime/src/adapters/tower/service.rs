//! The service that the layer makes.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use ::http::{Request, Response};
use ::tower_service::Service;
use pin_project_lite::pin_project;

use super::Retries;
use super::body::ServerBody;
use super::mark::Protocol;
use crate::adapters::http;
use crate::calls::ServerContext;

/// A service whose requests are served inside their callers' deadlines; see [`ServerLayer`](super::ServerLayer).
#[derive(Clone, Debug)]
pub struct Server<S> {
    inner: S,
    retries: Option<Retries>,
}

impl<S> Server<S> {
    pub(super) fn new(inner: S, retries: Option<Retries>) -> Self {
        Self { inner, retries }
    }
}

impl<S, B, C> Service<Request<B>> for Server<S>
where
    S: Service<Request<B>, Response = Response<C>>,
{
    type Response = Response<ServerBody<C>>;
    type Error = S::Error;
    type Future = ServerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let protocol = Protocol::of(request.headers());
        let outgoing = http::read(request.headers());
        let mut served = ServerContext::new(outgoing);
        let is_admitted = self.retries.as_ref().is_none_or(|retries| retries.admit(outgoing.attempt()));
        let future = is_admitted.then(|| served.run(|| self.inner.call(request)));
        ServerFuture { served, protocol, future }
    }
}

pin_project! {
    /// The answer of a [`Server`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct ServerFuture<F> {
        served: ServerContext,
        protocol: Protocol,
        // None of a retry that is refused.
        #[pin]
        future: Option<F>,
    }
}

impl<F, C, E> Future for ServerFuture<F>
where
    F: Future<Output = Result<Response<C>, E>>,
{
    type Output = Result<Response<ServerBody<C>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let protocol = *this.protocol;
        let Some(future) = this.future.as_pin_mut() else {
            return Poll::Ready(Ok(protocol.refusal(ServerBody::empty(this.served.clone(), protocol))));
        };
        let mut answer = ready!(this.served.run(|| future.poll(cx)))?;
        if this.served.gave_up() {
            protocol.mark(&mut answer);
        }
        Poll::Ready(Ok(answer.map(|body| ServerBody::new(this.served.clone(), protocol, body))))
    }
}

//! The service of the layer.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use ::http::{Request, Response};
use ::tower_service::Service;
use pin_project_lite::pin_project;

use super::body::ServerBody;
use super::protocol::Protocol;
use super::retry_limit::{ClientOf, RetryLimit};
use crate::adapters::http;
use crate::calls::ServerContext;

/// Service that serves requests inside their callers' deadlines.
///
/// See [`ServerLayer`](super::ServerLayer).
#[derive(Clone, Debug)]
pub struct Server<S> {
    inner: S,
    retries: Option<RetryLimit>,
    client: Option<ClientOf>,
}

impl<S> Server<S> {
    pub(super) fn new(inner: S, retries: Option<RetryLimit>, client: Option<ClientOf>) -> Self {
        Self { inner, retries, client }
    }

    /// Returns whether to serve the request, and the request unchanged.
    fn admit<B>(&self, request: Request<B>, attempt: u32) -> (bool, Request<B>) {
        match (&self.retries, &self.client) {
            (None, _) => (true, request),
            (Some(retries), None) => (retries.admit(None, attempt), request),
            (Some(retries), Some(client)) => {
                let (client, request) = client.name(request);
                (retries.admit(client.as_deref(), attempt), request)
            }
        }
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
        let protocol = Protocol::from_headers(request.headers());
        let outgoing = http::read(request.headers());
        let mut context = ServerContext::new(outgoing);
        let (is_admitted, request) = self.admit(request, outgoing.attempt());
        let future = is_admitted.then(|| context.run(|| self.inner.call(request)));
        ServerFuture { context, protocol, future }
    }
}

pin_project! {
    /// Response future of a [`Server`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct ServerFuture<F> {
        context: ServerContext,
        protocol: Protocol,
        // `None` for a retry that is rejected.
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
            return Poll::Ready(Ok(protocol.rejection(ServerBody::empty(this.context.clone(), protocol))));
        };
        let mut response = ready!(this.context.run(|| future.poll(cx)))?;
        if this.context.gave_up() {
            protocol.mark(&mut response);
        }
        Poll::Ready(Ok(response.map(|body| ServerBody::new(this.context.clone(), protocol, body))))
    }
}

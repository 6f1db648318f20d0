//! Layer for servers over HTTP and gRPC: axum, tonic, and other services.
//!
//! Without it, three services in a row that retry three times each call the last one 64 times when it is down, because each
//! of them retries alone. With it they call it 4 times. The layer
//!
//! - reads the time that the caller still waits, and applies it as the deadline of operations inside;
//! - marks a failed response if an operation inside gave up, so that the caller does not repeat what was repeated already;
//! - rejects retries above a share of first attempts, if you configure one.
//!
//! The client needs [`OutgoingRequest`](crate::OutgoingRequest) on every request, and an error that keeps the mark:
//! [`check`](crate::http::check), or `tonic::Status`.

mod body;
mod protocol;
mod retry_limit;
mod service;

use std::string::String;

use ::http::request::Parts;
use ::tower_layer::Layer;
use retry_core::PolicyError;

pub use self::body::ServerBody;
use self::retry_limit::{ClientOf, RetryLimit};
pub use self::service::{Server, ServerFuture};

/// Layer that serves requests inside their callers' deadlines.
///
/// It marks a failed response if an operation inside gave up; see the [module](self).
///
/// # gRPC
///
/// A request whose content type begins with `application/grpc` is gRPC: the mark is `grpc-retry-pushback-ms: -1`, in the
/// headers of a response without a body and otherwise in the trailers. With `grpc-web` only the former is possible, because
/// its trailers are part of the body.
///
/// # Streams
///
/// The deadline applies to operations inside a streamed body too. Over HTTP the status has been sent by then, so the response
/// cannot be marked; over gRPC the trailers are.
///
/// ```
/// use http::{Request, Response};
/// use retry_runtime::{retry, tower::ServerLayer};
/// # use core::convert::Infallible;
/// # use core::future::{Future, Ready, ready};
/// # use core::pin::Pin;
/// # use core::task::{Context, Poll};
/// # use tower_layer::Layer;
/// # use tower_service::Service;
///
/// #[retry(retry_on = transient, backoff = none)]
/// async fn storage() -> Result<String, std::io::Error> {
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// async fn stock(_: Request<()>) -> Result<Response<String>, Infallible> {
///     Ok(match storage().await {
///         Ok(stock) => Response::new(stock),
///         Err(error) => Response::builder().status(503).body(error.to_string()).unwrap(),
///     })
/// }
/// # struct Stock;
/// # impl Service<Request<()>> for Stock {
/// #     type Response = Response<String>;
/// #     type Error = Infallible;
/// #     type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>>>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
/// #         Poll::Ready(Ok(()))
/// #     }
/// #     fn call(&mut self, request: Request<()>) -> Self::Future {
/// #         Box::pin(stock(request))
/// #     }
/// # }
///
/// // axum: Router::new().route("/stock", get(stock)).layer(layer); tonic: Server::builder().layer(layer)
/// let layer = ServerLayer::new().refuse_retries_above(0.1)?;
/// # let mut stock = layer.layer(Stock);
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # let answer = runtime.block_on(stock.call(Request::new(()))).unwrap();
/// # assert_eq!(answer.headers()["retry-gave-up"], "1");
/// # Ok::<(), retry_runtime::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ServerLayer {
    retries: Option<RetryLimit>,
    client: Option<ClientOf>,
}

impl ServerLayer {
    /// Creates a layer that rejects no retries.
    pub const fn new() -> Self {
        Self { retries: None, client: None }
    }

    /// Rejects retries above `share` of the first attempts of the last second.
    ///
    /// The share is from 0 to 1; 0.1 is a good choice.
    ///
    /// One retry per second is always served. The time is short on purpose: a longer one would accumulate retries, and serve
    /// them all in the first second of an outage.
    ///
    /// A rejected retry is marked and answered with HTTP 503 or gRPC `UNAVAILABLE`, without a call of the service.
    ///
    /// If very many callers call rarely, their own budgets do not bound the load. Each of them sees only its own failure, and
    /// may rightly retry it; together they are three times the load on a service that is down. Clients mark retries by
    /// [`OutgoingRequest`](crate::OutgoingRequest); the retries of other clients are not rejected.
    ///
    /// All services under this layer and its clones share one count, of all clients unless
    /// [`retries_per_client`](Self::retries_per_client) is set.
    ///
    /// # Errors
    ///
    /// If `share` is outside 0 to 1.
    ///
    /// ```
    /// use retry_runtime::tower::ServerLayer;
    ///
    /// assert!(ServerLayer::new().refuse_retries_above(0.1).is_ok());
    /// assert!(ServerLayer::new().refuse_retries_above(10.0).is_err());
    /// ```
    pub fn refuse_retries_above(mut self, share: f64) -> Result<Self, PolicyError> {
        self.retries = Some(RetryLimit::new(share)?);
        Ok(self)
    }

    /// Counts the retries of each client apart.
    ///
    /// One client then cannot have the retries of others rejected. A client that marks all its requests as retries has one retry per second served, and others have their share.
    ///
    /// `client` returns the account or the service that your authentication has found. Never return what a client chooses
    /// freely. Requests for which it returns `None` share one count. Each client has one retry per second in addition to its
    /// share, so the clients of a service that very many call rarely are better counted together. Up to 10,000 clients are
    /// remembered; see [`Keyed`](crate::Keyed) for its memory.
    ///
    /// It has no effect without [`refuse_retries_above`](Self::refuse_retries_above).
    ///
    /// ```
    /// use retry_runtime::tower::ServerLayer;
    ///
    /// #[derive(Clone)]
    /// struct Account(String);
    ///
    /// let layer = ServerLayer::new().refuse_retries_above(0.1)?;
    /// let layer = layer.retries_per_client(|request| request.extensions.get::<Account>().map(|account| account.0.clone()));
    /// # let _ = layer;
    /// # Ok::<(), retry_runtime::PolicyError>(())
    /// ```
    #[must_use]
    pub fn retries_per_client(mut self, client: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        self.client = Some(ClientOf::new(client));
        self
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = Server<S>;

    fn layer(&self, inner: S) -> Server<S> {
        Server::new(inner, self.retries.clone(), self.client.clone())
    }
}

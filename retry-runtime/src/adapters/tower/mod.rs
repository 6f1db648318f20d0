//! A layer for servers over HTTP and gRPC: axum, tonic, and whatever else is a tower service.
//!
//! Without it, three services in a row that retry three times each run the last one 64 times when it is down: each
//! believes that it is the only one that retries. With it they run it 4 times. The layer
//!
//! - reads how long the caller still waits, and gives it to the operations inside as their deadline;
//! - marks an answer that is a failure where an operation inside has given up, so that the caller does not repeat what
//!   was repeated here already;
//! - refuses retries above a share of first attempts, if asked to.
//!
//! On the client's side belong [`OutgoingRequest`](crate::OutgoingRequest) on every request and an error that keeps the
//! mark: [`check`](crate::http::check), or `tonic::Status`.

mod body;
mod mark;
mod service;

use core::time::Duration;
use std::sync::Arc;

use ::tower_layer::Layer;
use retry_core::internal::UNBOUNDED;
use retry_core::{Budget, Class, PolicyError, Withdrawal};

pub use self::body::ServerBody;
pub use self::service::{Server, ServerFuture};
use crate::calls::env::clock;

/// What a refusal looks back on.
const WINDOW: Duration = Duration::from_secs(1);

/// Serves every request inside its caller's deadline, and marks what gave up; see the [module](self).
///
/// # gRPC
///
/// A request whose content type begins with `application/grpc` is answered in the words of gRPC: the mark is
/// `grpc-retry-pushback-ms: -1`, in the headers of an answer without a body and else in the trailers. Of `grpc-web`
/// only the former can be marked, since its trailers are part of the body.
///
/// # Streams
///
/// A body that is made while it is sent is served like the rest: the operations in it end at the deadline. Over HTTP
/// the status has been sent by then, and nothing can be marked; over gRPC the trailers are.
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
    retries: Option<Retries>,
}

impl ServerLayer {
    /// A layer that refuses nothing.
    pub const fn new() -> Self {
        Self { retries: None }
    }

    /// Refuses the retries above this share of the first attempts of the last second, beside one retry a second where
    /// hardly anybody calls. From 0 to 1; a tenth is a good choice. A longer time would save up retries, and spend them
    /// all in the first second of an outage.
    ///
    /// What is refused is marked, and the service is not called: HTTP 503, or gRPC `UNAVAILABLE`.
    ///
    /// Where very many callers call rarely, no bound of their own holds. Each of them sees its own failure alone, and
    /// may rightly retry it; together they are three times the load on a service that is down. Clients tell retries
    /// apart by [`OutgoingRequest`](crate::OutgoingRequest); whoever does not is not refused.
    ///
    /// All services under this layer and its clones share one count.
    ///
    /// # Errors
    ///
    /// At a share outside 0 to 1.
    ///
    /// ```
    /// use retry_runtime::tower::ServerLayer;
    ///
    /// assert!(ServerLayer::new().refuse_retries_above(0.1).is_ok());
    /// assert!(ServerLayer::new().refuse_retries_above(10.0).is_err());
    /// ```
    pub fn refuse_retries_above(mut self, share: f64) -> Result<Self, PolicyError> {
        let budget = Budget::try_ratio(share, WINDOW, 1.0)?;
        self.retries = Some(Retries(Arc::new(budget)));
        Ok(self)
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = Server<S>;

    fn layer(&self, inner: S) -> Server<S> {
        Server::new(inner, self.retries.clone())
    }
}

/// How many retries are served.
#[derive(Clone, Debug)]
struct Retries(Arc<Budget>);

impl Retries {
    /// Counts a first attempt, or takes a retry if there is one left.
    fn admit(&self, attempt: u32) -> bool {
        if attempt > 1 {
            // A ratio asks neither for the class nor for the attempts.
            return self.0.withdraw(&mut Withdrawal::new(), Class::Unclassified, UNBOUNDED, clock::now);
        }
        let mut receipt = self.0.begin(clock::now);
        self.0.end(&mut receipt);
        true
    }
}

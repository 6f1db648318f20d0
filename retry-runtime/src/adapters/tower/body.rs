//! Response body that is served inside the caller's deadline.

use core::pin::Pin;
use core::task::{Context, Poll, ready};

use ::http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::protocol::Protocol;
use crate::calls::ServerContext;

pin_project! {
    /// Response body that is polled inside the caller's deadline.
    ///
    /// Its trailers are marked; see [`ServerLayer`](super::ServerLayer).
    #[derive(Debug)]
    pub struct ServerBody<B> {
        context: ServerContext,
        protocol: Protocol,
        // `None` for a retry that was rejected.
        #[pin]
        body: Option<B>,
    }
}

impl<B> ServerBody<B> {
    pub(super) fn new(context: ServerContext, protocol: Protocol, body: B) -> Self {
        Self { context, protocol, body: Some(body) }
    }

    pub(super) fn empty(context: ServerContext, protocol: Protocol) -> Self {
        Self { context, protocol, body: None }
    }
}

impl<B: Body> Body for ServerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Ready(None) };
        let mut frame = ready!(this.context.run(|| body.poll_frame(cx)));
        let trailers = match &mut frame {
            Some(Ok(frame)) if this.context.gave_up() => frame.trailers_mut(),
            _ => None,
        };
        if let Some(trailers) = trailers {
            this.protocol.mark_trailers(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

//! Bodies that are buffered up to a limit, and sent on frame by frame.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::collections::VecDeque;

use axum_core::body::Body;
use http_body::{Body as _, Frame, SizeHint};

type Data = <Body as http_body::Body>::Data;
type FrameResult = Result<Frame<Data>, axum_core::Error>;

/// Body that was read up to a limit.
pub(super) struct BufferedBody {
    frames: VecDeque<FrameResult>,
    /// Unread rest.
    rest: Option<Body>,
    pub(super) bytes: Vec<u8>,
    pub(super) end: BodyEnd,
}

/// Extent to which a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    Whole,
    /// The body is above the limit, or did not end in time.
    Open,
    Broken,
}

impl BufferedBody {
    /// Creates a buffer of which nothing is read.
    pub(super) fn unread(body: Body) -> Self {
        Self { frames: VecDeque::new(), rest: Some(body), bytes: Vec::new(), end: BodyEnd::Open }
    }

    /// Reads a body up to `limit` bytes.
    pub(super) async fn read(body: Body, limit: usize) -> Self {
        let mut read = Self::unread(body);
        read.read_on(limit).await;
        read
    }

    /// Reads a body up to `limit` bytes, for at most `timeout`.
    pub(super) async fn read_within(body: Body, limit: usize, timeout: Duration) -> Self {
        let mut read = Self::unread(body);
        // A body that does not end in time is sent on as it is.
        let _ = tokio::time::timeout(timeout, read.read_on(limit)).await;
        read
    }

    async fn read_on(&mut self, limit: usize) {
        while let Some(body) = &mut self.rest {
            let left = limit.saturating_sub(self.bytes.len());
            if body.size_hint().lower() > u64::try_from(left).unwrap_or(u64::MAX) {
                return;
            }
            let next = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
            match &next {
                None => self.end = BodyEnd::Whole,
                Some(Err(_)) => self.end = BodyEnd::Broken,
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        if data.len() > left {
                            self.frames.extend(next);
                            return;
                        }
                        self.bytes.extend_from_slice(data);
                    }
                }
            }
            self.frames.extend(next);
            if self.end != BodyEnd::Open {
                self.rest = None;
            }
        }
    }

    /// Returns the body with the same frames.
    pub(super) fn into_body(self) -> Body {
        Body::new(Rebuilt { frames: self.frames, rest: self.rest })
    }
}

struct Rebuilt {
    frames: VecDeque<FrameResult>,
    rest: Option<Body>,
}

impl http_body::Body for Rebuilt {
    type Data = Data;
    type Error = axum_core::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FrameResult>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(frame));
        }
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(rest).poll_frame(cx));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let lease: usize = self.frames.iter().flatten().filter_map(Frame::data_ref).map(Data::len).sum();
        let lease = u64::try_from(lease).unwrap_or(u64::MAX);
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), http_body::Body::size_hint);
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(lease));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(lease));
        }
        hint
    }
}

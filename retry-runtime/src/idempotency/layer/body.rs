//! Bodies: read whole up to a limit, and sent on as they came.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::collections::VecDeque;
use std::vec::Vec;

use ::axum_core::body::Body;
use ::http_body::{Body as _, Frame, SizeHint};

type Data = <Body as ::http_body::Body>::Data;
type Part = Result<Frame<Data>, ::axum_core::Error>;

/// A body that was read as far as it was wanted.
pub(super) struct Read {
    parts: VecDeque<Part>,
    /// What was not read.
    rest: Option<Body>,
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// How far a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// Above the limit, or it did not end in time.
    Open,
    Broken,
}

impl Read {
    /// A body of which nothing was read.
    pub(super) fn nothing_of(body: Body) -> Self {
        Self { parts: VecDeque::new(), rest: Some(body), bytes: Vec::new(), end: End::Open }
    }

    /// Reads a body up to so many bytes.
    pub(super) async fn of(body: Body, limit: usize) -> Self {
        let mut read = Self::nothing_of(body);
        read.go_on(limit).await;
        read
    }

    /// As [`of`](Self::of), for so long.
    pub(super) async fn within(body: Body, limit: usize, longest: Duration) -> Self {
        let mut read = Self::nothing_of(body);
        // What does not end in time is sent on as it is.
        let _ = tokio::time::timeout(longest, read.go_on(limit)).await;
        read
    }

    async fn go_on(&mut self, limit: usize) {
        while let Some(body) = &mut self.rest {
            let left = limit.saturating_sub(self.bytes.len());
            if body.size_hint().lower() > u64::try_from(left).unwrap_or(u64::MAX) {
                return;
            }
            let part = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
            match &part {
                None => self.end = End::Whole,
                Some(Err(_)) => self.end = End::Broken,
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        if data.len() > left {
                            self.parts.extend(part);
                            return;
                        }
                        self.bytes.extend_from_slice(data);
                    }
                }
            }
            self.parts.extend(part);
            if self.end != End::Open {
                self.rest = None;
            }
        }
    }

    /// The body again, as it came.
    pub(super) fn again(self) -> Body {
        Body::new(Again { parts: self.parts, rest: self.rest })
    }
}

struct Again {
    parts: VecDeque<Part>,
    rest: Option<Body>,
}

impl ::http_body::Body for Again {
    type Data = Data;
    type Error = ::axum_core::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Part>> {
        if let Some(part) = self.parts.pop_front() {
            return Poll::Ready(Some(part));
        }
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let part = ready!(Pin::new(rest).poll_frame(cx));
        Poll::Ready(part)
    }

    fn is_end_stream(&self) -> bool {
        self.parts.is_empty() && self.rest.as_ref().is_none_or(::http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let held: usize = self.parts.iter().flatten().filter_map(Frame::data_ref).map(Data::len).sum();
        let held = u64::try_from(held).unwrap_or(u64::MAX);
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), ::http_body::Body::size_hint);
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(held));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(held));
        }
        hint
    }
}

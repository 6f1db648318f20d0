//! Bodies that are buffered up to a limit, and sent on.

use core::future::poll_fn;
use core::mem;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use core::time::Duration;
use std::collections::VecDeque;

use axum_core::body::Body;
use http_body::{Body as _, Frame, SizeHint};

use crate::support::within;

/// Bytes of a body; clones share them.
pub(super) type Data = <Body as http_body::Body>::Data;
type FrameResult = Result<Frame<Data>, axum_core::Error>;

/// Body that was read up to a limit.
///
/// Its chunks are joined, so that a body of small ones takes no more memory than one of large ones.
pub(super) struct BufferedBody {
    /// Chunk of a body that has one so far.
    first: Data,
    /// All chunks, joined, if there are several.
    joined: Vec<u8>,
    /// Frames behind the bytes: trailers, an error, or a chunk above the limit.
    behind: VecDeque<FrameResult>,
    /// Unread rest.
    rest: Option<Body>,
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
        Self { first: Data::new(), joined: Vec::new(), behind: VecDeque::new(), rest: Some(body), end: BodyEnd::Open }
    }

    /// Reads on, up to `limit` bytes in all, for at most `timeout`.
    pub(super) async fn read_within(&mut self, limit: usize, timeout: Duration) {
        // A body that does not end in time is sent on as it is.
        let _ = within(timeout, pin!(self.read(limit))).await;
    }

    /// Reads on, up to `limit` bytes in all.
    pub(super) async fn read(&mut self, limit: usize) {
        while let Some(body) = &mut self.rest {
            let left = limit.saturating_sub(self.first.len().max(self.joined.len()));
            if body.size_hint().lower() > u64::try_from(left).unwrap_or(u64::MAX) {
                return;
            }
            let next = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
            let frame = match next {
                None => {
                    self.end = BodyEnd::Whole;
                    self.rest = None;
                    return;
                }
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.end = BodyEnd::Broken;
                    self.rest = None;
                    self.behind.push_back(Err(error));
                    return;
                }
            };
            match frame.into_data() {
                Ok(data) if data.len() > left => {
                    self.behind.push_back(Ok(Frame::data(data)));
                    return;
                }
                Ok(data) => self.add(data),
                Err(trailers) => self.behind.push_back(Ok(trailers)),
            }
        }
    }

    fn add(&mut self, data: Data) {
        if self.first.is_empty() && self.joined.is_empty() {
            self.first = data;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&mem::take(&mut self.first));
        }
        self.joined.extend_from_slice(&data);
    }

    /// Returns the bytes that were read. The body keeps them.
    pub(super) fn bytes(&mut self) -> Data {
        if !self.joined.is_empty() {
            self.first = mem::take(&mut self.joined).into();
        }
        self.first.clone()
    }

    /// Returns the body, with its chunks joined.
    pub(super) fn into_body(mut self) -> Body {
        let bytes = self.bytes();
        if self.behind.is_empty() && self.rest.is_none() {
            return bytes.into();
        }
        let mut frames = self.behind;
        if !bytes.is_empty() {
            frames.push_front(Ok(Frame::data(bytes)));
        }
        Body::new(Rebuilt { frames, rest: self.rest })
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
        Pin::new(rest).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let read: usize = self.frames.iter().flatten().filter_map(Frame::data_ref).map(Data::len).sum();
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), http_body::Body::size_hint);
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Body of one-byte chunks of a larger buffer, that ends as `last` says.
    struct Chunks {
        left: usize,
        buffer: Arc<Vec<u8>>,
        last: Option<FrameResult>,
    }

    struct Buffer(Arc<Vec<u8>>);

    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }

    impl Chunks {
        fn body(left: usize, last: Option<FrameResult>) -> (Body, Arc<Vec<u8>>) {
            let buffer = Arc::new(vec![b'x'; 4096]);
            (Body::new(Self { left, buffer: Arc::clone(&buffer), last }), buffer)
        }
    }

    impl http_body::Body for Chunks {
        type Data = Data;
        type Error = axum_core::Error;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<FrameResult>> {
            if self.left == 0 {
                return Poll::Ready(self.last.take());
            }
            self.left -= 1;
            let chunk = Data::from_owner(Buffer(Arc::clone(&self.buffer))).slice(..1);
            Poll::Ready(Some(Ok(Frame::data(chunk))))
        }
    }

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn read_up_to(body: Body, limit: usize) -> BufferedBody {
        let mut read = BufferedBody::unread(body);
        wait(read.read(limit));
        read
    }

    /// Returns the bytes, whether there are trailers, and whether the body broke off.
    fn rest(body: Body) -> (usize, bool, bool) {
        let (mut length, mut has_trailers, mut is_broken, mut body) = (0, false, false, body);
        wait(async {
            while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                match frame {
                    Ok(frame) => match frame.data_ref() {
                        Some(data) => length += data.len(),
                        None => has_trailers = true,
                    },
                    Err(_) => is_broken = true,
                }
            }
        });
        (length, has_trailers, is_broken)
    }

    #[test]
    fn one_byte_chunks_take_the_memory_of_their_bytes() {
        const LENGTH: usize = 100_000;
        let trailers = Frame::trailers(http::HeaderMap::new());
        let (body, buffer) = Chunks::body(LENGTH, Some(Ok(trailers)));
        let mut read = read_up_to(body, LENGTH);
        assert_eq!(read.end, BodyEnd::Whole);
        assert_eq!(Arc::strong_count(&buffer), 1, "no chunk keeps the buffer that it came from");
        assert!(read.joined.capacity() <= 2 * LENGTH, "{}", read.joined.capacity());
        assert_eq!(read.behind.len(), 1);
        let bytes = read.bytes();
        assert_eq!(bytes.len(), LENGTH);
        assert_eq!(read.bytes().as_ptr(), bytes.as_ptr(), "they are shared, not copied");
        assert_eq!(rest(read.into_body()), (LENGTH, true, false));
    }

    #[test]
    fn one_chunk_is_not_copied() {
        let chunk = Data::from(vec![b'x'; 100]);
        let mut read = read_up_to(Body::from(chunk.clone()), 100);
        assert_eq!((read.end, read.bytes().as_ptr()), (BodyEnd::Whole, chunk.as_ptr()));
    }

    #[test]
    fn a_body_above_the_limit_and_a_broken_one_are_sent_on_as_they_are() {
        let (body, _) = Chunks::body(100, None);
        let read = read_up_to(body, 10);
        assert_eq!((read.end, read.joined.len(), read.behind.len()), (BodyEnd::Open, 10, 1));
        assert_eq!(rest(read.into_body()), (100, false, false));

        let (body, _) = Chunks::body(100, Some(Err(axum_core::Error::new("cut"))));
        let read = read_up_to(body, 1000);
        assert_eq!(read.end, BodyEnd::Broken);
        assert_eq!(rest(read.into_body()), (100, false, true));
    }
}

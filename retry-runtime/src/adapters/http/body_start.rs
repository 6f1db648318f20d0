//! First bytes of a failed response's body.
//!
//! The rest is drained so that its connection is used again.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::time::Duration;
use std::vec::Vec;

use bytes::Buf;
use http_body::Body;

use crate::calls::within;

/// Most bytes that an error keeps.
const MAX_KEPT: usize = 4096;
/// Most bytes that are read. A longer body costs more than a new connection.
const MAX_READ: usize = 64 * 1024;
/// Longest time for reading.
///
/// A server that sends slowly does not hold the attempt.
const MAX_TIME: Duration = Duration::from_secs(1);

/// Reads the body up to its end or to a limit, and returns its first bytes.
///
/// A body that breaks off counts as its end. Without the default runtime the time is not limited.
pub(super) async fn read(body: impl Body) -> Vec<u8> {
    let mut kept = Vec::new();
    let body = pin!(body);
    let reading = read_into(&mut kept, body);
    within(MAX_TIME, reading).await;
    kept
}

async fn read_into<B: Body>(kept: &mut Vec<u8>, mut body: Pin<&mut B>) {
    let is_too_long = body.size_hint().lower() > MAX_READ as u64;
    let limit = if is_too_long { MAX_KEPT } else { MAX_READ };
    let mut left = limit;
    while left > 0 {
        let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await;
        let Some(Ok(frame)) = frame else { return };
        let Ok(mut data) = frame.into_data() else { continue };
        while data.has_remaining() && left > 0 {
            let chunk = data.chunk();
            let taken = chunk.len().min(left);
            let room = MAX_KEPT - kept.len();
            kept.extend_from_slice(&chunk[..taken.min(room)]);
            data.advance(taken);
            left -= taken;
        }
    }
}

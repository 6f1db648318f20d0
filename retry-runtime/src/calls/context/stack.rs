//! The stack of frames of a thread.

use core::cell::RefCell;
use std::sync::Arc;
use std::thread_local;
use std::vec::Vec;

use crate::calls::context::context_word::{has_frames, set_has_frames};
use crate::calls::context::frame::Frame;

thread_local! {
    static FRAMES: RefCell<Vec<Arc<Frame>>> = const { RefCell::new(Vec::new()) };
}

/// Gives access to the stack.
///
/// On a thread that is ending there is none any more, and the result is the default.
fn with_frames<T: Default>(access: impl FnOnce(&mut Vec<Arc<Frame>>) -> T) -> T {
    FRAMES.try_with(|frames| access(&mut frames.borrow_mut())).unwrap_or_default()
}

#[cold]
pub(super) fn push(frame: Arc<Frame>) {
    with_frames(|frames| {
        frames.push(frame);
        set_has_frames(true);
    });
}

#[cold]
pub(super) fn pop() -> Option<Arc<Frame>> {
    with_frames(|frames| {
        let frame = frames.pop();
        set_has_frames(!frames.is_empty());
        frame
    })
}

/// Returns the innermost frame around the running code.
pub(crate) fn innermost() -> Option<Arc<Frame>> {
    if has_frames() { with_frames(|frames| frames.last().cloned()) } else { None }
}

/// Returns the innermost frame that is an attempt.
pub(super) fn innermost_attempt() -> Option<Arc<Frame>> {
    with_frames(|frames| frames.iter().rev().find(|frame| frame.is_attempt()).cloned())
}

/// Keeps a frame that is not an attempt on the stack until it is dropped.
pub(super) struct FrameGuard(());

impl FrameGuard {
    pub(super) fn push(frame: Arc<Frame>) -> Self {
        push(frame);
        Self(())
    }
}

impl Drop for FrameGuard {
    fn drop(&mut self) {
        pop();
    }
}

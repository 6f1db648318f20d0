//! What one call has from a budget.

/// What one call has taken from a [`Budget`](crate::Budget), and how it is counted there.
///
/// It belongs to the budget that made it: hand it back to no other, and hand it to
/// [`end`](crate::Budget::end) when the call ends or is dropped, since only that stops counting the call.
#[derive(Debug, Default, PartialEq, Eq)]
#[must_use = "a call that is not ended counts as under way for ever"]
pub struct Withdrawal(u32);

/// The low half: what the last retry took.
const TOOK: u32 = 0xffff;
const CALL: u32 = 1 << 16;
const RETRY: u32 = 1 << 17;

impl Withdrawal {
    /// Of a call that has taken nothing and is not counted.
    pub const fn new() -> Self {
        Self(0)
    }

    pub(crate) const fn of_call(counted: bool) -> Self {
        Self(if counted { CALL } else { 0 })
    }

    pub(crate) const fn took(&self) -> u32 {
        self.0 & TOOK
    }

    /// Of at most 16 bits.
    pub(crate) const fn take(&mut self, tokens: u32) {
        self.0 = self.0 & !TOOK | tokens & TOOK;
    }

    pub(crate) const fn is_call(&self) -> bool {
        self.0 & CALL != 0
    }

    /// Whether the call is counted as retrying.
    pub(crate) const fn is_retry(&self) -> bool {
        self.0 & RETRY != 0
    }

    pub(crate) const fn count_retry(&mut self, counted: bool) {
        self.0 = if counted { self.0 | RETRY } else { self.0 & !RETRY };
    }
}

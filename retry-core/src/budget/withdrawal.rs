//! Withdrawals of one call from a budget.

/// Tokens that one call has withdrawn from a budget.
///
/// It also holds the place of the call in the counts of the [`Budget`](crate::Budget).
///
/// It belongs to the budget that made it and must not be passed to another one. Pass it to
/// [`end`](crate::Budget::end) when the call ends or is dropped, because only that stops counting the call.
// One word:
//
//  31     18     17         16       15        0
// |  zero  | in a retry | counted | tokens taken |
#[derive(Debug, Default, PartialEq, Eq)]
#[must_use = "a call that is not ended counts as in flight forever"]
pub struct Withdrawal(u32);

const TOOK: u32 = 0xffff;
const CALL: u32 = 1 << 16;
const RETRY: u32 = 1 << 17;

impl Withdrawal {
    /// Creates the withdrawal of a call that has taken nothing and is not counted.
    pub const fn new() -> Self {
        Self(0)
    }

    pub(crate) const fn of_call(counted: bool) -> Self {
        Self(if counted { CALL } else { 0 })
    }

    pub(crate) const fn took(&self) -> u32 {
        self.0 & TOOK
    }

    /// Replaces the tokens, of which there are at most 16 bits.
    pub(crate) const fn take(&mut self, tokens: u32) {
        self.0 = self.0 & !TOOK | tokens & TOOK;
    }

    pub(crate) const fn is_call(&self) -> bool {
        self.0 & CALL != 0
    }

    /// Returns whether the call is counted as retrying.
    pub(crate) const fn is_retry(&self) -> bool {
        self.0 & RETRY != 0
    }

    pub(crate) const fn count_retry(&mut self, counted: bool) {
        self.0 = if counted { self.0 | RETRY } else { self.0 & !RETRY };
    }
}

//! Calls of blocking functions.

use crate::calls::call::Call;
use crate::calls::driver::Blocking;
use crate::calls::typed_operation::{Fallible, TypedOperation};

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of a blocking function.
    #[inline]
    pub fn begin_blocking(self) -> Call<R, Blocking> {
        Call::begin(self.operation)
    }
}

//! Calls of async functions on the default runtime.

use crate::calls::call::Call;
use crate::calls::driver::{Async, DefaultRuntime};
use crate::calls::typed_operation::{Fallible, TypedOperation};

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of an async function on the default runtime.
    #[inline]
    pub fn begin(self) -> Call<R, Async<DefaultRuntime>> {
        Call::begin(self.operation)
    }
}

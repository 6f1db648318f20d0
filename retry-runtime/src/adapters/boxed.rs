//! Classes of `dyn Error`, and of errors behind a pointer.

use core::time::Duration;
use std::boxed::Box;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use crate::adapters::known_errors;
use crate::{Class, Classify};

macro_rules! by_chain {
    ($($error:ty),+) => {$(
        /// Class of the first error of a known type in the source chain.
        ///
        /// Known types are [`std::io::Error`], [`Stopped`](crate::Stopped), [`Classified`](crate::Classified) and the
        /// errors of every enabled adapter. Without one of them the class is `Permanent`. Wrap an error of your own in
        /// [`Classified`](crate::Classified) to have it found.
        impl Classify for $error {
            fn class(&self) -> Class {
                known_errors::class(self)
            }

            fn retry_after(&self) -> Option<Duration> {
                known_errors::retry_after(self)
            }

            fn gave_up(&self) -> bool {
                known_errors::gave_up(self)
            }

            fn is_final(&self) -> bool {
                known_errors::is_final(self)
            }
        }
    )+};
}

by_chain!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

macro_rules! by_pointee {
    ($($pointer:ident),+) => {$(
        /// Class of the error that it points to.
        impl<C: Classify + ?Sized> Classify for $pointer<C> {
            fn class(&self) -> Class {
                (**self).class()
            }

            fn retry_after(&self) -> Option<Duration> {
                (**self).retry_after()
            }

            fn gave_up(&self) -> bool {
                (**self).gave_up()
            }

            fn is_final(&self) -> bool {
                (**self).is_final()
            }
        }
    )+};
}

by_pointee!(Box, Rc, Arc);

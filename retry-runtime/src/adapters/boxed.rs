//! The classes of errors whose type is not known, and of errors behind a pointer.

use core::time::Duration;
use std::boxed::Box;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use crate::adapters::chain;
use crate::{Class, Classify};

macro_rules! by_chain {
    ($($error:ty),+) => {$(
        /// By the source chain: the first error in it whose type is known answers, beginning with this one. Known
        /// are [`std::io::Error`], [`Stopped`](crate::Stopped), [`Classified`](crate::Classified) and the errors of
        /// every adapter whose feature is on. Without any of them it is `Permanent`; wrap an error of your own in
        /// [`Classified`](crate::Classified) to have it found.
        impl Classify for $error {
            fn class(&self) -> Class {
                chain::class_of_chain(self)
            }

            fn retry_after(&self) -> Option<Duration> {
                chain::hint_of_chain(self)
            }

            fn gave_up(&self) -> bool {
                chain::gave_up_of_chain(self)
            }
        }
    )+};
}

by_chain!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

macro_rules! by_pointee {
    ($($pointer:ident),+) => {$(
        /// As what it points to: a boxed error by its source chain, your own by its `Classify`.
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
        }
    )+};
}

by_pointee!(Box, Rc, Arc);

//! The class of tokio's errors.

use ::tokio::time::error::Elapsed;

use crate::{Class, Classify};

/// Always `Timeout`: what `tokio::time::timeout` cut may have happened.
impl Classify for Elapsed {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

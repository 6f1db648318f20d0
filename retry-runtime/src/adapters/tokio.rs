//! Class of tokio's errors.

use ::tokio::time::error::Elapsed;

use crate::{Class, Classify};

/// Always `Timeout`: the interrupted work may have been done.
impl Classify for Elapsed {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

//! Syntax that all three macros read.

pub(crate) mod async_block;
mod borrow;
pub(crate) mod constancy;
pub(crate) mod duration;
pub(crate) mod function;
pub(crate) mod literal;
pub(crate) mod named_call;
pub(crate) mod option;
pub(crate) mod read_once;
pub(crate) mod return_type;
pub(crate) mod spelling;
pub(crate) mod tokens;
pub(crate) mod translation;

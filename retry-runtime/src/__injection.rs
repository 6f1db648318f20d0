//! Names that the statement of an injectable function prints.
//!
//! They may change in any release.

pub use inventory;

pub use crate::calls::injectable::InjectableOperation;

//! The examples live beside this folder; this crate is empty.

//! The tests of the workspace live in `tests/tests` and `tests/ui`; this crate is empty.

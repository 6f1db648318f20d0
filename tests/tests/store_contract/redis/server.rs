//! What concerns Redis alone.

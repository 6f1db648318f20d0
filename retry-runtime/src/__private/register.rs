//! Registration of annotated functions for the policy review.

/// Registers a function's operation for the policy review.
#[cfg(feature = "review")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($operation:path, $facts:expr) => {
        $crate::review::inventory::submit! { $crate::review::Registered::new(&$operation, $facts) }
    };
}

/// Expands to nothing.
///
/// The attribute prints it if its own feature is on, and a build for the host may have other features than one for the
/// target.
#[cfg(not(feature = "review"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($printed:tt)*) => {};
}

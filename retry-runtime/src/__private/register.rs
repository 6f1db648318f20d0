//! Registration of annotated functions, for the policy review and for settings.

/// Registers a function's operation.
#[cfg(any(feature = "review", feature = "settings"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($operation:path, $facts:expr) => {
        $crate::__registry::inventory::submit! { $crate::__registry::Registered::new(&$operation, $facts) }
    };
}

/// Expands to nothing.
///
/// The attribute prints it if its own feature is on, and a build for the host may have other features than one for the
/// target.
#[cfg(not(any(feature = "review", feature = "settings")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($printed:tt)*) => {};
}

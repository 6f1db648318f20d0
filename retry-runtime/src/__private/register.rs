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

/// Registers a function's operation for tests and chaos.
///
/// The types are those that may replace its outcome: an error's, or also the outcome's.
#[cfg(any(feature = "testing", feature = "chaos"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __injectable {
    ($operation:path, $function:literal) => {
        $crate::__injection::inventory::submit! {
            $crate::__injection::InjectableOperation::new(&$operation, ::core::module_path!(), $function)
        }
    };
    ($operation:path, $function:literal, error $outcome:ty) => {
        $crate::__injection::inventory::submit! {
            $crate::__injection::InjectableOperation::new(&$operation, ::core::module_path!(), $function)
                .error_of::<$outcome>()
        }
    };
    ($operation:path, $function:literal, outcome $outcome:ty) => {
        $crate::__injection::inventory::submit! {
            $crate::__injection::InjectableOperation::new(&$operation, ::core::module_path!(), $function)
                .outcome::<$outcome>()
        }
    };
}

/// Expands to nothing, for the same reason as the other one.
#[cfg(not(any(feature = "testing", feature = "chaos")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __injectable {
    ($($printed:tt)*) => {};
}

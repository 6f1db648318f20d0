//! Conditions of compilation that several files share.

/// Compiles items if an async function that names no runtime has one.
#[cfg(any(
    all(
        any(feature = "tokio", feature = "smol", feature = "futures-timer"),
        not(all(target_family = "wasm", target_os = "unknown"))
    ),
    all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))
))]
macro_rules! cfg_default_runtime {
    ($($item:item)*) => { $($item)* };
}

/// Compiles items if an async function that names no runtime has one.
#[cfg(not(any(
    all(
        any(feature = "tokio", feature = "smol", feature = "futures-timer"),
        not(all(target_family = "wasm", target_os = "unknown"))
    ),
    all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))
)))]
macro_rules! cfg_default_runtime {
    ($($item:item)*) => {};
}

/// Compiles items if an async function must name its runtime.
#[cfg(any(
    all(
        any(feature = "tokio", feature = "smol", feature = "futures-timer"),
        not(all(target_family = "wasm", target_os = "unknown"))
    ),
    all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))
))]
macro_rules! cfg_no_runtime {
    ($($item:item)*) => {};
}

/// Compiles items if an async function must name its runtime.
#[cfg(not(any(
    all(
        any(feature = "tokio", feature = "smol", feature = "futures-timer"),
        not(all(target_family = "wasm", target_os = "unknown"))
    ),
    all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))
)))]
macro_rules! cfg_no_runtime {
    ($($item:item)*) => { $($item)* };
}

/// Compiles items if a thread can wait.
#[cfg(not(all(target_family = "wasm", target_os = "unknown", not(target_feature = "atomics"))))]
macro_rules! cfg_threads {
    ($($item:item)*) => { $($item)* };
}

/// Compiles items if a thread can wait.
#[cfg(all(target_family = "wasm", target_os = "unknown", not(target_feature = "atomics")))]
macro_rules! cfg_threads {
    ($($item:item)*) => {};
}

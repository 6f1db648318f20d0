//! The atomics: those of `core`, or loom's where every interleaving is tried (`--cfg loom`).
//!
//! Those in `crate::sync` are made at their first use, which suits a budget's few words; a window has hundreds, so here
//! they are made at once, and under loom no constructor is constant.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicU64, Ordering};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};

/// Makes a constructor `const`, but under loom, whose atomics have no constant constructor.
macro_rules! const_unless_loom {
    ($(#[$attribute:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),*) -> $out:ty $body:block) => {
        #[cfg(not(loom))]
        $(#[$attribute])*
        $vis const fn $name($($argument: $type),*) -> $out $body

        #[cfg(loom)]
        $(#[$attribute])*
        $vis fn $name($($argument: $type),*) -> $out $body
    };
}
pub(crate) use const_unless_loom;

/// So many atomics of zero.
#[cfg(not(loom))]
pub(crate) const fn zeros<const N: usize>() -> [AtomicU64; N] {
    [const { AtomicU64::new(0) }; N]
}

#[cfg(loom)]
pub(crate) fn zeros<const N: usize>() -> [AtomicU64; N] {
    core::array::from_fn(|_| AtomicU64::new(0))
}

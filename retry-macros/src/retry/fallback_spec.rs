//! Hooks, and the answer of a call that ends without a success.

use std::time::Duration;

use syn::Expr;

pub(crate) struct Hook {
    pub(crate) expr: Expr,
    pub(crate) kind: HookKind,
}

/// Way in which a hook is called.
#[derive(Clone, Copy)]
pub(crate) enum HookKind {
    Blocking,
    Async,
    /// The path of an async function.
    AsyncFn,
    /// An argument, which must not be moved because the next retry calls it too.
    Argument,
}

/// Answer of a call that ends without a success.
pub(crate) enum Fallback {
    Hook(Hook),
    /// `stale(CACHE, key)`: the value of an earlier call.
    Stale(Box<Stale>),
    /// `value(expr)`: a default.
    Value(Expr),
}

/// Value of an earlier call.
pub(crate) struct Stale {
    pub(crate) cache: Expr,
    pub(crate) key: Expr,
    pub(crate) max_age: Option<MaxAge>,
}

/// Longest age of a value.
pub(crate) enum MaxAge {
    Literal(Duration),
    PerCall(Expr),
}

impl Fallback {
    pub(crate) fn hook(&self) -> Option<&Hook> {
        if let Self::Hook(hook) = self { Some(hook) } else { None }
    }

    pub(crate) fn stale(&self) -> Option<&Stale> {
        if let Self::Stale(stale) = self { Some(stale) } else { None }
    }

    /// The user's expressions.
    pub(crate) fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Hook(hook) => vec![&mut hook.expr],
            Self::Value(expr) => vec![expr],
            Self::Stale(stale) => {
                let Stale { cache, key, max_age } = &mut **stale;
                let max_age = max_age.as_mut().and_then(|max_age| match max_age {
                    MaxAge::Literal(_) => None,
                    MaxAge::PerCall(expr) => Some(expr),
                });
                [cache, key].into_iter().chain(max_age).collect()
            }
        }
    }
}

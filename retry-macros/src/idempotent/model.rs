//! A valid attribute on a valid function: what the expansion prints from.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Path, Type};

use crate::syntax::function::Shape;
use crate::syntax::literal::Length;

pub(super) struct Model {
    pub(super) shape: Shape,
    pub(super) outcome: Type,
    pub(super) runtime: Option<Path>,
    pub(super) store: Expr,
    /// `None` for a key from content: the fingerprint is the key.
    pub(super) key: Option<Expr>,
    pub(super) scope: Option<Expr>,
    pub(super) fingerprint: Vec<Expr>,
    /// True if the fingerprint is a list.
    pub(super) is_list: bool,
    pub(super) times: Times,
    pub(super) duplicates: Option<Duplicates>,
    pub(super) interrupted: Interrupted,
    pub(super) mode: Mode,
    pub(super) claim: Option<Ident>,
    /// The user's tokens except the body: the attribute, and the type of the result.
    pub(super) written: TokenStream,
}

/// Duration that an option gives.
pub(super) enum Time {
    Constant(Length),
    /// The expression names an argument, or something that differs between instances.
    PerCall(Expr),
}

/// Durations of one attribute. The window of a key from content is its `keep`.
#[derive(Default)]
pub(super) struct Times {
    pub(super) lease: Option<Time>,
    pub(super) keep: Option<Time>,
    pub(super) wait: Option<Time>,
}

/// Answer to a second use of a key.
pub(super) enum Duplicates {
    Replay(Span),
    Reject(Span),
    Merge(Expr),
    Flag(Expr),
}

/// Treatment of a key whose run was interrupted.
pub(super) enum Interrupted {
    Refuse,
    Rerun(Span),
    Check(Expr),
}

/// Relation between the body and its key.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Plain,
    InTransaction,
    Steps,
}

//! Scope and key: the identity of an effect.

use core::fmt;
use std::sync::Arc;

use crate::protocol::bounds_error::BoundsError;
use crate::support::{check_key, visible_prefix};

/// Identity of an effect: a scope and a key.
///
/// The caller chooses the key. The scope is what the key belongs to.
///
/// The scope is the account of the caller, never its token: two clients may choose one key, and one client may come back
/// with a fresh token. The store looks up both, so `("a", "bc")` is not `("ab", "c")`.
///
/// `Debug` never prints them whole: a key may be all that is needed to read another client's result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<'a> {
    scope: &'a str,
    key: &'a str,
}

/// Longest account, in bytes.
const MAX_ACCOUNT: usize = 255;
/// Longest scope, in bytes: an account behind the longest name of a space.
const MAX_SCOPE: usize = MAX_ACCOUNT + "review:http-content:".len();

impl<'a> Id<'a> {
    /// Creates the identity of the effect that `scope` calls `key`.
    ///
    /// The scope is as the store has it: [`KeySpace`](crate::protocol::KeySpace) names those of `once` and of the layer.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is not 1 to 255 characters of printable ASCII, or the scope is not 1 to 275 bytes
    /// without control characters.
    pub fn new(scope: &'a str, key: &'a str) -> Result<Self, BoundsError> {
        check_scope(scope, MAX_SCOPE)?;
        check_key(key)?;
        Ok(Self { scope, key })
    }

    /// Returns the scope.
    pub const fn scope(&self) -> &'a str {
        self.scope
    }

    /// Returns the key that the caller chose.
    pub const fn key(&self) -> &'a str {
        self.key
    }
}

/// Checks the account that a scope is made of.
pub(crate) fn check_account(account: &str) -> Result<(), BoundsError> {
    check_scope(account, MAX_ACCOUNT)
}

fn check_scope(scope: &str, max: usize) -> Result<(), BoundsError> {
    match scope {
        "" => return Err(BoundsError::EmptyScope),
        _ if scope.len() > max => return Err(BoundsError::ScopeTooLong { length: scope.len() }),
        _ => {}
    }
    match scope.find(char::is_control) {
        Some(at) => Err(BoundsError::ScopeCharacter { at }),
        None => Ok(()),
    }
}

impl fmt::Debug for Id<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = visible_prefix(self.key);
        write!(formatter, "Id(a scope of {} bytes, {start}.. of {} bytes)", self.scope.len(), self.key.len())
    }
}

/// Owned [`Id`]: scope and key in one shared text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OwnedId {
    text: Arc<str>,
    /// Length of the scope, in bytes.
    scope: usize,
}

impl From<Id<'_>> for OwnedId {
    fn from(id: Id<'_>) -> Self {
        let mut text = String::with_capacity(id.scope.len() + id.key.len());
        text.push_str(id.scope);
        text.push_str(id.key);
        Self { text: text.into(), scope: id.scope.len() }
    }
}

impl OwnedId {
    pub(crate) fn as_id(&self) -> Id<'_> {
        let (scope, key) = self.text.split_at(self.scope);
        Id { scope, key }
    }
}

impl fmt::Debug for OwnedId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_id().fmt(formatter)
    }
}

//! The name of an effect: a scope and a key.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{Hash, Hasher};
use std::string::String;
use std::sync::Arc;

use crate::__internal;
use crate::idempotency::Invalid;

/// The name of an effect: whose it is, and the key that the caller chose.
///
/// The scope is the account that asks, never its token: two clients may choose one key, and one client may come back with
/// a fresh token. The two are looked up as two, so `("a", "bc")` is not `("ab", "c")`.
///
/// Neither is printed whole: a key may be all that is needed to read somebody's answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<'a> {
    scope: &'a str,
    key: &'a str,
}

/// The most bytes of a scope and of a key.
const MOST: usize = 255;

impl<'a> Id<'a> {
    /// The effect that `scope` calls `key`.
    ///
    /// # Errors
    ///
    /// If the key is not 1 to 255 characters of printable ASCII, or the scope not 1 to 255 bytes without control
    /// characters.
    pub fn new(scope: &'a str, key: &'a str) -> Result<Self, Invalid> {
        match scope {
            "" => return Err(Invalid::EmptyScope),
            _ if scope.len() > MOST => return Err(Invalid::LongScope { length: scope.len() }),
            _ => {}
        }
        if let Some(at) = scope.find(char::is_control) {
            return Err(Invalid::ScopeCharacter { at });
        }
        __internal::check(key)?;
        Ok(Self { scope, key })
    }

    /// Whose it is.
    pub const fn scope(&self) -> &'a str {
        self.scope
    }

    /// The key that the caller chose.
    pub const fn key(&self) -> &'a str {
        self.key
    }
}

impl fmt::Debug for Id<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = __internal::visible_prefix(self.key);
        write!(formatter, "Id(a scope of {} bytes, {start}.. of {} bytes)", self.scope.len(), self.key.len())
    }
}

/// An [`Id`] that is kept: one text, shared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnedId {
    text: Arc<str>,
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
    pub(super) fn as_id(&self) -> Id<'_> {
        let (scope, key) = self.text.split_at(self.scope);
        Id { scope, key }
    }
}

impl Hash for OwnedId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_id().hash(state);
    }
}

impl fmt::Debug for OwnedId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_id().fmt(formatter)
    }
}

/// What is looked up in a map of [`OwnedId`]: either of the two, so that a look-up allocates nothing.
pub(super) trait Named {
    fn named(&self) -> Id<'_>;
}

impl Named for Id<'_> {
    fn named(&self) -> Id<'_> {
        *self
    }
}

impl Named for OwnedId {
    fn named(&self) -> Id<'_> {
        self.as_id()
    }
}

impl<'a> Borrow<dyn Named + 'a> for OwnedId {
    fn borrow(&self) -> &(dyn Named + 'a) {
        self
    }
}

impl Hash for dyn Named + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.named().hash(state);
    }
}

impl PartialEq for dyn Named + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.named() == other.named()
    }
}

impl Eq for dyn Named + '_ {}

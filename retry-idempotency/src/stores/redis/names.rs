//! Names of keys in Redis.

use std::borrow::Cow;

use crate::protocol::{Id, StoreError};

/// Names of keys in Redis: prefix, scope and key, separated by zero bytes.
///
/// None of the three can contain a zero byte, so names are unique.
#[derive(Clone)]
pub(super) struct Names {
    prefix: String,
    marker: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Result<Self, StoreError> {
        if prefix.is_empty() || prefix.contains(char::is_control) {
            let why = Cow::Borrowed("the prefix is empty, or has control characters; write the name of your service");
            return Err(StoreError::Unfit { why });
        }
        Ok(Self { prefix: prefix.into(), marker: format!("{prefix}\0\0marker") })
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn key(&self, id: Id<'_>) -> String {
        format!("{}\0{}\0{}", self.prefix, id.scope(), id.key())
    }

    /// Returns the name of the marker.
    ///
    /// The marker exists as long as Redis has kept its data.
    ///
    /// It has an empty scope, unlike every other name.
    pub(super) fn marker(&self) -> &str {
        &self.marker
    }

    /// Returns the name of the set of the keys of a scope.
    ///
    /// It has an empty scope too, and a scope is not `marker`, which has no zero byte.
    pub(super) fn set(&self, scope: &str) -> String {
        format!("{}\0\0set\0{scope}", self.prefix)
    }

    /// Returns a pattern that matches all keys, but not the marker.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.prefix.len() + 8);
        for character in self.prefix.chars() {
            if matches!(character, '*' | '?' | '[' | ']' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push_str("\0[^\0]*");
        pattern
    }

    pub(super) fn id<'a>(&self, name: &'a [u8]) -> Option<Id<'a>> {
        let name = core::str::from_utf8(name).ok()?;
        let (scope, key) = name.strip_prefix(&*self.prefix)?.strip_prefix('\0')?.split_once('\0')?;
        Id::new(scope, key).ok()
    }
}

/// Start of a page.
///
/// It is the cursor of the server, and the name to start after within it.
pub(super) struct Position {
    pub(super) cursor: u64,
    pub(super) after: Vec<u8>,
}

impl Position {
    pub(super) const fn at(cursor: u64) -> Self {
        Self { cursor, after: Vec::new() }
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let (cursor, after) =
            bytes.split_first_chunk().ok_or(StoreError::Unreadable { what: "a cursor of another store" })?;
        Ok(Self { cursor: u64::from_be_bytes(*cursor), after: after.into() })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [&self.cursor.to_be_bytes()[..], &self.after].concat()
    }
}

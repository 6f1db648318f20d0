//! Spaces of names: keys of `once` and of the HTTP layer never meet.

use core::fmt;

use crate::protocol::bounds_error::BoundsError;
use crate::protocol::id::check_account;

/// Begins the scope of a record for review.
const REVIEW: &str = "review:";
/// Separates the name of a space from the account.
const SEPARATOR: char = ':';

/// Space of names of a key's scope.
///
/// The scope of each key is the name of its space, followed by `:` and the account if there is one. A handler under the layer may
/// therefore call [`once`](crate::once()) with the account and the key of its request, and an account may have any name, also that of
/// a space.
///
/// | scope in the store | keys of |
/// |---|---|
/// | `once`, `once:ACCOUNT` | [`once`](crate::once()) and `#[idempotent]`, without a scope and with one |
/// | `once-content:ACCOUNT` | [`once_by_content`](crate::once_by_content) |
/// | `http`, `http:ACCOUNT` | the layer, with a single client and with many |
/// | `http-content`, `http-content:ACCOUNT` | the layer, made from the content of a request |
/// | `review:` and one of these | records of duplicates, for review |
///
/// ```
/// use retry_idempotency::protocol::{Id, KeySpace};
///
/// let scope = KeySpace::Http.scope(Some("account-7"))?;
/// assert_eq!(scope, "http:account-7");
/// let id = Id::new(&scope, "order-31")?; // to resolve or evict a key of the layer
/// assert_eq!(KeySpace::of(id.scope()), Some(KeySpace::Http));
/// # Ok::<(), retry_idempotency::BoundsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeySpace {
    /// Keys of [`once`](crate::once()) and `#[idempotent]`.
    Once,
    /// Keys that [`once_by_content`](crate::once_by_content) makes.
    OnceContent,
    /// Keys that clients send to the HTTP layer.
    Http,
    /// Keys that the HTTP layer makes from content.
    HttpContent,
}

impl KeySpace {
    const ALL: [Self; 4] = [Self::Once, Self::OnceContent, Self::Http, Self::HttpContent];

    /// Returns the name of the space.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::OnceContent => "once-content",
            Self::Http => "http",
            Self::HttpContent => "http-content",
        }
    }

    /// Returns the scope of the keys of an account, or of all keys without one.
    ///
    /// # Errors
    ///
    /// Returns an error if the account is not 1 to 255 bytes without control characters.
    pub fn scope(self, account: Option<&str>) -> Result<String, BoundsError> {
        let Some(account) = account else { return Ok(self.name().into()) };
        check_account(account)?;
        Ok([self.name(), account].join(":"))
    }

    /// Returns the space of a scope in a store.
    ///
    /// `None` for a record for review, and for a key that neither `once` nor the layer has named.
    pub fn of(scope: &str) -> Option<Self> {
        let name = scope.split_once(SEPARATOR).map_or(scope, |(name, _)| name);
        Self::ALL.into_iter().find(|space| space.name() == name)
    }
}

impl fmt::Display for KeySpace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Returns the scope of the records for review of a scope.
pub(crate) fn review_scope(scope: &str) -> String {
    [REVIEW, scope].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Id;

    /// Accounts that look like scopes in a store.
    const ACCOUNTS: [&str; 9] =
        ["once", "http", "once:a", "http:a", "review:once:a", "once-content:a", "a", ":", "content"];

    #[test]
    fn no_two_accounts_and_spaces_share_a_scope() {
        let mut scopes = Vec::new();
        for space in KeySpace::ALL {
            scopes.push(space.scope(None).unwrap());
            scopes.extend(ACCOUNTS.map(|account| space.scope(Some(account)).unwrap()));
            assert!(scopes[scopes.len() - 10..].iter().all(|scope| KeySpace::of(scope) == Some(space)));
        }
        scopes.extend(scopes.clone().iter().map(|scope| review_scope(scope)));
        let count = scopes.len();
        scopes.sort_unstable();
        scopes.dedup();
        assert_eq!((scopes.len(), count), (80, 80), "{scopes:?}");
    }

    #[test]
    fn the_longest_account_fits_in_each_space_and_one_byte_more_does_not() {
        let account = "x".repeat(255);
        for space in KeySpace::ALL {
            let scope = review_scope(&space.scope(Some(&account)).unwrap());
            assert!(Id::new(&scope, "key").is_ok(), "{}", scope.len());
            let error = space.scope(Some(&format!("{account}x"))).unwrap_err();
            assert_eq!(error, BoundsError::ScopeTooLong { length: 256 });
        }
        assert_eq!(KeySpace::Once.scope(Some("")), Err(BoundsError::EmptyScope));
        assert_eq!(KeySpace::Http.scope(Some("a\u{85}")), Err(BoundsError::ScopeCharacter { at: 1 }));
    }
}

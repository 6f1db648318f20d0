//! The type of an idempotency key.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use rand::TryRng;
use rand::rngs::SysRng;

use crate::calls::env::clock;
use crate::calls::key::derive;
use crate::calls::key::error::KeyError;

/// Millisecond of the last generated key, since 1970.
///
/// The next key is always later.
static LAST: AtomicU64 = AtomicU64::new(0);
/// Bits below the milliseconds.
///
/// 74 are random, and 6 mark the version and the variant.
const RANDOM_BITS: u32 = 80;
/// Greatest length of a key in bytes.
const MAX_LENGTH: usize = 255;
/// Number of characters of a key that are printed.
const VISIBLE: usize = 4;

/// Idempotency key of a call.
///
/// Every attempt of the call sends it, so that the server does the work once.
///
/// It has 1 to 255 characters of printable ASCII, and is cheap to clone. `Debug` never prints a whole key, because a key
/// may be all that is needed to read somebody's answer.
///
/// ```
/// use retry_runtime::IdempotencyKey;
///
/// let key = IdempotencyKey::new("order-31")?;
/// assert_eq!(key.as_str(), "order-31");
/// assert!(IdempotencyKey::new("").is_err());
/// # Ok::<(), retry_runtime::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// Creates a key from `key`.
    ///
    /// # Errors
    ///
    /// If `key` is not 1 to 255 characters of printable ASCII.
    pub fn new(key: impl AsRef<str>) -> Result<Self, KeyError> {
        let key = key.as_ref();
        check(key)?;
        Ok(Self(key.into()))
    }

    /// Generates a key: a UUID of version 7.
    ///
    /// It is the current millisecond, and 74 bits of the operating system's randomness, read anew for each key. They do not
    /// come from [`random`](crate::random): two processes with one seed, and a process and its forks, generate different
    /// keys, and a caller who has seen some keys cannot guess others.
    ///
    /// Keys of one process sort in the order in which they were generated, even if the system clock is set back. A process
    /// that generates more than one key per millisecond therefore runs ahead of the clock.
    ///
    /// ```
    /// use retry_runtime::IdempotencyKey;
    ///
    /// assert!(IdempotencyKey::generate() < IdempotencyKey::generate());
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no randomness.
    pub fn generate() -> Self {
        let since = clock::system_time().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut random = [0; 16];
        SysRng.try_fill_bytes(&mut random).expect("the operating system has randomness");
        let random = u128::from_be_bytes(random) >> (u128::BITS - RANDOM_BITS);
        let bits = u128::from(next_millis(since)) << RANDOM_BITS | random;
        Self(derive::uuid_from_bits(bits, 7).into())
    }

    /// Derives the key of a call inside an attempt with this key.
    ///
    /// The derived key is a UUID of version 8.
    ///
    /// The same `operation` and the same `ordinal` among its calls in the attempt, from 0, give the same key. A repeated
    /// attempt therefore sends the same keys again, and what it did before is not done twice.
    ///
    /// ```
    /// use retry_runtime::IdempotencyKey;
    ///
    /// let order = IdempotencyKey::new("order-31")?;
    /// assert_eq!(order.derive("charge", 0), order.derive("charge", 0));
    /// assert_ne!(order.derive("charge", 0), order.derive("charge", 1));
    /// # Ok::<(), retry_runtime::KeyError>(())
    /// ```
    #[must_use]
    pub fn derive(&self, operation: &str, ordinal: u32) -> Self {
        let parts = [self.0.as_bytes(), operation.as_bytes(), &ordinal.to_be_bytes()];
        Self(derive::uuid(&parts).into())
    }

    /// Returns the characters of the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key as an RFC 8941 string: quoted, with `"` and `\` escaped.
    ///
    /// This is the form of the header `Idempotency-Key`.
    ///
    /// ```
    /// use retry_runtime::IdempotencyKey;
    ///
    /// assert_eq!(IdempotencyKey::new(r#"say "no""#)?.quoted(), r#""say \"no\"""#);
    /// # Ok::<(), retry_runtime::KeyError>(())
    /// ```
    pub fn quoted(&self) -> String {
        let mut quoted = '"'.to_string();
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        quoted.push('"');
        quoted
    }
}

/// Checks that `key` has 1 to 255 characters of printable ASCII.
///
/// # Errors
///
/// The rule that it breaks.
pub fn check(key: &str) -> Result<(), KeyError> {
    match key {
        "" => return Err(KeyError::Empty),
        _ if key.len() > MAX_LENGTH => return Err(KeyError::TooLong { length: key.len() }),
        _ => {}
    }
    match key.bytes().position(|byte| !matches!(byte, b' '..=b'~')) {
        Some(at) => Err(KeyError::InvalidCharacter { at }),
        None => Ok(()),
    }
}

/// Returns the prefix of a key that may be printed.
///
/// It is empty if the key is hardly longer.
pub fn visible_prefix(key: &str) -> &str {
    if key.len() < 2 * VISIBLE { "" } else { key.get(..VISIBLE).unwrap_or_default() }
}

/// Returns the current millisecond, or the one after the last if that is later.
fn next_millis(since: Duration) -> u64 {
    let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    let later = |last: u64| now.max(last.saturating_add(1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
    last.map_or(now, later)
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdempotencyKey({}.. of {} bytes)", visible_prefix(&self.0), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_or_was_set_back_makes_later_keys_all_the_same() {
        let first = next_millis(Duration::from_secs(1_800_000_000));
        let stood = next_millis(Duration::from_secs(1_800_000_000));
        let back = next_millis(Duration::from_secs(1_700_000_000));
        assert!(first < stood && stood < back, "{first} {stood} {back}");
    }
}

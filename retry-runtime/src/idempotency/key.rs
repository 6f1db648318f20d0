//! The key of a call.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::idempotency::id::{check_key, start_of};
use crate::idempotency::{Invalid, derived};
use crate::random::chance;

/// The moment of the last generated key, in units of 1/4096 ms since 1970: the next one is later.
static LAST: AtomicU64 = AtomicU64::new(0);
/// The bits of a moment that are below a millisecond.
const FRACTION: u32 = 12;

/// The key of a call: the name that every attempt of it sends, so that the other side does the work once.
///
/// It is 1 to 255 characters of printable ASCII, and cheap to clone. It is never printed whole: a key may be all that is
/// needed to read somebody's answer.
///
/// ```
/// use retry_runtime::idempotency::Key;
///
/// let key = Key::new("order-31")?;
/// assert_eq!(key.as_str(), "order-31");
/// assert!(Key::new("").is_err());
/// # Ok::<(), retry_runtime::idempotency::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The key with these characters.
    ///
    /// # Errors
    ///
    /// If they are not 1 to 255 characters of printable ASCII.
    pub fn new(key: impl AsRef<str>) -> Result<Self, Invalid> {
        let key = key.as_ref();
        check_key(key)?;
        Ok(Self(key.into()))
    }

    /// A new key: a version-7 UUID, of this moment and of [`random`](crate::random).
    ///
    /// Keys of one process sort in the order in which they were made, also where the machine's clock was set back.
    ///
    /// ```
    /// use retry_runtime::idempotency::Key;
    ///
    /// assert!(Key::generate() < Key::generate());
    /// ```
    pub fn generate() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::of_moment(next_moment(since), chance())
    }

    fn of_moment(moment: u64, chance: u64) -> Self {
        let millis = moment >> FRACTION;
        let high = (millis << 16) | (moment & ((1 << FRACTION) - 1));
        Self(derived::uuid_of(u128::from(high) << 64 | u128::from(chance), 7).into())
    }

    /// The key that a call inside an attempt with this key sends: a version-8 UUID, the same for the same operation and
    /// the same ordinal of its calls in the attempt, from 0.
    ///
    /// So an attempt that is repeated sends the same keys again, and what it did before is not done twice.
    ///
    /// ```
    /// use retry_runtime::idempotency::Key;
    ///
    /// let order = Key::new("order-31")?;
    /// assert_eq!(order.derive("charge", 0), order.derive("charge", 0));
    /// assert_ne!(order.derive("charge", 0), order.derive("charge", 1));
    /// # Ok::<(), retry_runtime::idempotency::Invalid>(())
    /// ```
    #[must_use]
    pub fn derive(&self, operation: &str, ordinal: u32) -> Self {
        let parts = [self.0.as_bytes(), operation.as_bytes(), &ordinal.to_be_bytes()];
        Self(derived::uuid(&parts).into())
    }

    /// Its characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It as an RFC 8941 string, as the header `Idempotency-Key` has it: quoted, `"` and `\` behind a `\`.
    ///
    /// ```
    /// use retry_runtime::idempotency::Key;
    ///
    /// assert_eq!(Key::new(r#"say "no""#)?.quoted(), r#""say \"no\"""#);
    /// # Ok::<(), retry_runtime::idempotency::Invalid>(())
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

/// The moment, or the one after the last if that is later.
fn next_moment(since: Duration) -> u64 {
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX >> FRACTION);
    let fraction = (u64::from(since.subsec_nanos() % 1_000_000) << FRACTION) / 1_000_000;
    let now = millis << FRACTION | fraction;
    let later = |last: u64| now.max(last + 1);
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
    last.map_or(now, later)
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({}.. of {} bytes)", start_of(&self.0), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_or_was_set_back_makes_later_keys_all_the_same() {
        let first = next_moment(Duration::from_secs(1_800_000_000));
        let stood = next_moment(Duration::from_secs(1_800_000_000));
        let back = next_moment(Duration::from_secs(1_700_000_000));
        assert!(first < stood && stood < back, "{first} {stood} {back}");
    }
}

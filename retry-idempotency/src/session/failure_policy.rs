//! Failure policy: the end of a key whose body has failed.

use retry_runtime::Class;

/// Relation of the effect to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The effect is outside the store.
    ///
    /// After an interruption it is unknown whether it was made.
    Plain,
    /// The effect is in the transaction that completes the key.
    InTransaction,
    /// The effect is made in steps, each of them recorded.
    Steps,
}

/// End of a key whose body has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// The error is the recorded result, and is replayed.
    Finish,
    /// Nothing happened: the next use is a first one.
    Forget,
    /// The effect may have happened: the key stays open.
    Release,
}

impl OnFailure {
    /// Chooses the end by the class of the error.
    ///
    /// A retry cannot help a permanent error, so it is recorded. Only [`Connect`](Class::Connect) and status 425 prove that
    /// nothing happened. A transaction that has not committed has had no effect. Everything else is unknown.
    pub(crate) const fn new(class: Class, mode: Mode) -> Self {
        match class {
            Class::Permanent | Class::Status(400..=407 | 410..=424 | 426..=428 | 430..=499) => Self::Finish,
            // Recorded steps must not be forgotten.
            Class::Connect | Class::Status(425) if !matches!(mode, Mode::Steps) => Self::Forget,
            _ if matches!(mode, Mode::InTransaction) => Self::Forget,
            _ => Self::Release,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_in_each_mode() {
        use OnFailure::{Finish, Forget, Release};
        let rows = [
            (Class::Timeout, Release, Forget, Release),
            (Class::Connect, Forget, Forget, Release),
            (Class::Disconnected, Release, Forget, Release),
            (Class::Throttled, Release, Forget, Release),
            (Class::Unavailable, Release, Forget, Release),
            (Class::Conflict, Release, Forget, Release),
            (Class::Malformed, Release, Forget, Release),
            (Class::Status(500), Release, Forget, Release),
            (Class::Status(429), Release, Forget, Release),
            (Class::Status(408), Release, Forget, Release),
            (Class::Status(409), Release, Forget, Release),
            (Class::Status(425), Forget, Forget, Release),
            (Class::Status(404), Finish, Finish, Finish),
            (Class::Permanent, Finish, Finish, Finish),
            (Class::Unclassified, Release, Forget, Release),
        ];
        for (class, plain, in_transaction, steps) in rows {
            assert_eq!(OnFailure::new(class, Mode::Plain), plain, "{class}");
            assert_eq!(OnFailure::new(class, Mode::InTransaction), in_transaction, "{class}");
            assert_eq!(OnFailure::new(class, Mode::Steps), steps, "{class}");
        }
    }
}

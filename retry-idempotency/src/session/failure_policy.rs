//! Failure policy: the end of a key whose body has failed.

use retry_runtime::{Class, Classify};

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
    /// Chooses the end of a key by its error.
    ///
    /// A transaction that has not committed has had no effect, whatever the error. Otherwise a final answer is recorded. Only
    /// [`Connect`](Class::Connect) and status 425 prove that nothing happened. Everything else is unknown.
    pub(crate) fn new<E: Classify + ?Sized>(error: &E, mode: Mode) -> Self {
        match error.class() {
            _ if mode == Mode::InTransaction => Self::Forget,
            _ if error.is_final() => Self::Finish,
            // Recorded steps must not be forgotten.
            Class::Connect | Class::Status(425) if mode != Mode::Steps => Self::Forget,
            _ => Self::Release,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Error of a class, final as its class says, or not classified.
    struct Failed(Class, bool);

    impl Classify for Failed {
        fn class(&self) -> Class {
            self.0
        }

        fn is_final(&self) -> bool {
            self.1
        }
    }

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
            (Class::Status(404), Finish, Forget, Finish),
            (Class::Permanent, Finish, Forget, Finish),
            (Class::Unclassified, Release, Forget, Release),
        ];
        for (class, plain, in_transaction, steps) in rows {
            let is_final = plain == Finish;
            for (mode, end) in [(Mode::Plain, plain), (Mode::InTransaction, in_transaction), (Mode::Steps, steps)] {
                assert_eq!(OnFailure::new(&Failed(class, is_final), mode), end, "{class} {mode:?}");
            }
        }
    }

    #[test]
    fn permanent_for_want_of_a_class_is_unknown() {
        let error = Failed(Class::Permanent, false);
        assert_eq!(OnFailure::new(&error, Mode::Plain), OnFailure::Release);
        assert_eq!(OnFailure::new(&error, Mode::Steps), OnFailure::Release);
        assert_eq!(OnFailure::new(&error, Mode::InTransaction), OnFailure::Forget);
    }
}

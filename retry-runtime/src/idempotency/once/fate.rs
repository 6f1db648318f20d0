//! What becomes of a key whose body has failed.

use crate::Class;

/// How the body and its key belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The effect is somewhere else, and nobody knows what a cut-off run has done.
    Plain,
    /// The effect is in the transaction that completes the key.
    InTransaction,
    /// Each step is recorded, and some are.
    Steps,
}

/// What becomes of a key whose body has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The error is the result, and is answered again.
    Finish,
    /// Nothing happened: the next use is a first one.
    Forget,
    /// It may have happened: the key stays open.
    Release,
}

impl Fate {
    /// A retry cannot help what is permanent, so it is kept; [`Connect`](Class::Connect) alone proves that nothing
    /// happened; of all else nobody knows. What a transaction has not committed has not happened.
    pub(crate) const fn of(class: Class, mode: Mode) -> Self {
        match class {
            Class::Permanent | Class::Status(400..=407 | 410..=424 | 426..=428 | 430..=499) => Self::Finish,
            // What is recorded of the steps before must not be forgotten.
            Class::Connect | Class::Status(425) if !matches!(mode, Mode::Steps) => Self::Forget,
            _ if matches!(mode, Mode::InTransaction) => Self::Forget,
            _ => Self::Release,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten classes by three modes.
    #[test]
    fn each_class_in_each_mode() {
        use Fate::{Finish, Forget, Release};
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
            assert_eq!(Fate::of(class, Mode::Plain), plain, "{class}");
            assert_eq!(Fate::of(class, Mode::InTransaction), in_transaction, "{class}");
            assert_eq!(Fate::of(class, Mode::Steps), steps, "{class}");
        }
    }
}

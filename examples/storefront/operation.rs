//! The names of the operations, and of one attempt.

use std::fmt;
use std::str::FromStr;

/// An annotated function of `client.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Quote,
    Stock,
    Search,
    Profile,
    Picks,
    Order,
    Shelf,
}

impl Operation {
    pub(crate) const ALL: [Self; 7] =
        [Self::Quote, Self::Stock, Self::Search, Self::Profile, Self::Picks, Self::Order, Self::Shelf];

    /// Calls take turns.
    pub(crate) fn of_call(call: u32) -> Self {
        Self::ALL[call as usize % Self::ALL.len()]
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Stock => "stock",
            Self::Search => "search",
            Self::Profile => "profile",
            Self::Picks => "picks",
            Self::Order => "order",
            Self::Shelf => "shelf",
        }
    }
}

/// The header that names the attempt that a request belongs to.
pub(crate) const HEADER: &str = "x-attempt";

/// One attempt of the run: what the script decides by. Written `quote/17/2`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag {
    pub(crate) operation: Operation,
    pub(crate) call: u32,
    pub(crate) attempt: u32,
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.operation.name(), self.call, self.attempt)
    }
}

impl FromStr for Tag {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let mut next = || parts.next().ok_or(());
        let name = next()?;
        let operation = Operation::ALL.into_iter().find(|operation| operation.name() == name).ok_or(())?;
        let call = next()?.parse().map_err(drop)?;
        let attempt = next()?.parse().map_err(drop)?;
        Ok(Self { operation, call, attempt })
    }
}

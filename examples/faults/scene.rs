//! The scenes: a store and a fault.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Postgres,
    Redis,
    Sqlite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Connections are reset, and new ones too for a while.
    Cut,
    /// Bytes pass 150 ms late in each direction.
    Delay,
    /// Connections stay open and no byte passes, for ever; new ones are silent for a while.
    Silence,
    /// `SIGKILL`, and a restart.
    Kill,
    /// `SIGSTOP`, and `SIGCONT`.
    Stop,
    /// No room is left on the disk (PostgreSQL) or in memory (Redis).
    Full,
    /// The server refuses to write.
    ReadOnly,
    /// The server is killed, and comes back with the data of an earlier moment.
    Snapshot,
    /// The store's clock jumps forward past the time for which results are kept, and back.
    Clock,
}

const FAULTS: [(Fault, &str); 9] = [
    (Fault::Cut, "cut"),
    (Fault::Delay, "delay"),
    (Fault::Silence, "silence"),
    (Fault::Kill, "kill"),
    (Fault::Stop, "stop"),
    (Fault::Full, "full"),
    (Fault::ReadOnly, "read-only"),
    (Fault::Snapshot, "snapshot"),
    (Fault::Clock, "clock"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    pub(crate) store: StoreKind,
    pub(crate) fault: Fault,
}

impl Scene {
    pub(crate) fn all() -> [Self; 18] {
        let of_server = |number: usize| {
            let store = if number < 8 { StoreKind::Postgres } else { StoreKind::Redis };
            Self { store, fault: FAULTS[number % 8].0 }
        };
        std::array::from_fn(|number| match number {
            16 => Self { store: StoreKind::Postgres, fault: Fault::Clock },
            17 => Self { store: StoreKind::Sqlite, fault: Fault::Clock },
            number => of_server(number),
        })
    }

    /// Returns true if the name is that of the scene, of its store or of its fault.
    pub(crate) fn is_named(self, name: &str) -> bool {
        [self.to_string().as_str(), self.store.name(), self.fault.name()].contains(&name)
    }

    /// Returns true if attempts must fail.
    ///
    /// A store that is slow or stopped for less than a client waits only keeps them waiting.
    pub(crate) fn is_felt(self) -> bool {
        !matches!(self.fault, Fault::Delay | Fault::Stop | Fault::Clock)
    }

    /// Returns true if the store loses results that it has acknowledged.
    ///
    /// A key may run again then, and only the key that it sends to the gateway keeps its effect at one. A clock that jumps is no such
    /// loss: a store that is open compares it with the monotonic one.
    pub(crate) fn may_forget(self) -> bool {
        self.fault == Fault::Snapshot
    }
}

impl StoreKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::Sqlite => "sqlite",
        }
    }
}

impl Fault {
    fn name(self) -> &'static str {
        FAULTS.into_iter().find(|(fault, _)| *fault == self).map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.store.name(), self.fault.name())
    }
}

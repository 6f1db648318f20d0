//! Configuration that the harness passes to a server in its environment.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pass_log::Window;

/// The variable that makes this program a server.
pub(crate) const VARIABLE: &str = "RETRY_PAYMENTS_SERVER";
/// Lease: short, because a test waits for it.
pub(crate) const LEASE: Duration = Duration::from_millis(300);
/// The scope of all keys.
pub(crate) const SCOPE: &str = "shop";
/// Scope of these keys in a store.
pub(crate) const STORED_SCOPE: &str = "once:shop";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) keys: Keys,
    pub(crate) effect: Effect,
    pub(crate) broken: Option<Broken>,
    pub(crate) gateway: SocketAddr,
    pub(crate) pass_log: PathBuf,
    pub(crate) armed: Option<Armed>,
}

/// Location of the keys, and of the ledger of an effect inside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Keys {
    Sqlite { path: PathBuf },
    Postgres { url: String, schema: String },
    Redis { url: String, prefix: String },
}

/// Location of the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Effect {
    /// In the transaction that completes the key.
    Inside,
    /// At a gateway that knows keys.
    Steps,
    /// At a gateway that knows none.
    StepOnce,
}

/// Action of a server on itself in a window.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Armed {
    pub(crate) window: Window,
    /// The pass, from 1.
    pub(crate) pass: u32,
    /// Stopped, to go on later, and not killed.
    pub(crate) stopped: bool,
}

/// The ways to do it wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Broken {
    /// The effect is committed, then the key is finished.
    FinishAfterCommit,
    /// A holder that has lost the key commits all the same.
    NoOwnerCheck,
    /// A charge without an answer is held not to have happened.
    ForgetOnTimeout,
    /// Whoever wraps the handler completes the key when the handler has answered.
    CompleteInLayer,
    /// Each run sends the gateway a key of its own.
    NoDerivedKey,
}

impl Broken {
    pub(crate) const ALL: [(&str, Self); 5] = [
        ("finish-after-commit", Self::FinishAfterCommit),
        ("no-owner-check", Self::NoOwnerCheck),
        ("forget-on-timeout", Self::ForgetOnTimeout),
        ("complete-in-layer", Self::CompleteInLayer),
        ("no-derived-key", Self::NoDerivedKey),
    ];

    /// Returns the location of the fault's effect.
    pub(crate) fn effect(self) -> Effect {
        match self {
            Self::FinishAfterCommit | Self::NoOwnerCheck | Self::CompleteInLayer => Effect::Inside,
            Self::NoDerivedKey => Effect::Steps,
            Self::ForgetOnTimeout => Effect::StepOnce,
        }
    }
}

/// The plan of this process, if it is to be a server.
pub(crate) fn of_server() -> Option<Result<Plan, Box<dyn Error>>> {
    let words = std::env::var(VARIABLE).ok()?;
    Some(serde_json::from_str(&words).map_err(Into::into))
}

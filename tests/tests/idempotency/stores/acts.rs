//! Random operations on a store.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use retry_idempotency::protocol::{Takeover, Transition};

/// One operation. Times are whole seconds, so that the little that passes by itself decides nothing.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Claim(Wish),
    /// By one of all who ever held a key; it may have lost it long ago.
    Change(Index, Tell),
    Pass(u64),
    /// With what it finished, if it did; by force.
    Resolve(&'static str, Option<[u8; 1]>, bool),
    Evict(&'static str),
    Purge,
    List,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    pub(crate) key: &'static str,
    pub(crate) owner: u8,
    pub(crate) request: Option<u8>,
    pub(crate) takeover: Takeover,
    pub(crate) lease: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Tell {
    Extend(u64),
    Step(&'static str),
    Finish([u8; 1], u64),
    Release,
    Forget,
}

impl Tell {
    pub(crate) fn as_change(&self) -> Transition<'_> {
        match self {
            Self::Extend(lease) => Transition::Extend { lease: Duration::from_secs(*lease) },
            Self::Step(name) => Transition::Step { name, result: name.as_bytes() },
            Self::Finish(result, keep) => Transition::Finish { result, keep: Duration::from_secs(*keep) },
            Self::Release => Transition::Release,
            Self::Forget => Transition::Forget,
        }
    }
}

fn keys() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c"])
}

fn leases() -> impl Strategy<Value = u64> {
    prop::sample::select(vec![20, 50])
}

fn wishes() -> impl Strategy<Value = Wish> {
    let request = prop_oneof![Just(None), (0..2_u8).prop_map(Some)];
    let takeover = prop::sample::select(vec![Takeover::Refuse, Takeover::Resume, Takeover::Reopen]);
    (keys(), 0..4_u8, request, takeover, leases()).prop_map(|(key, owner, request, takeover, lease)| Wish {
        key,
        owner,
        request,
        takeover,
        lease,
    })
}

fn tells() -> impl Strategy<Value = Tell> {
    prop_oneof![
        leases().prop_map(Tell::Extend),
        prop::sample::select(vec!["reserve", "charge"]).prop_map(Tell::Step),
        (any::<[u8; 1]>(), prop::sample::select(vec![60, 90])).prop_map(|(result, keep)| Tell::Finish(result, keep)),
        Just(Tell::Release),
        Just(Tell::Forget),
    ]
}

pub(crate) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => wishes().prop_map(Act::Claim),
        5 => (any::<Index>(), tells()).prop_map(|(holder, tell)| Act::Change(holder, tell)),
        2 => prop::sample::select(vec![3, 17, 41]).prop_map(Act::Pass),
        1 => (keys(), any::<Option<[u8; 1]>>(), any::<bool>())
            .prop_map(|(key, result, force)| Act::Resolve(key, result, force)),
        1 => keys().prop_map(Act::Evict),
        1 => Just(Act::Purge),
        1 => Just(Act::List),
    ];
    prop::collection::vec(act, 0..120)
}

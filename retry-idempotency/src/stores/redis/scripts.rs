//! Scripts of the server, each atomic and one round trip.

use std::sync::LazyLock;

use ::redis::Script;

macro_rules! script {
    ($name:literal) => {
        LazyLock::new(|| Script::new(concat!(include_str!("scripts/row.lua"), include_str!($name))))
    };
}

pub(super) static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        include_str!("scripts/row.lua"),
        include_str!("scripts/quota.lua"),
        include_str!("scripts/claim.lua")
    ))
});
pub(super) static CHANGE: LazyLock<Script> = script!("scripts/change.lua");
pub(super) static TOKEN: LazyLock<Script> = script!("scripts/token.lua");
pub(super) static LIST: LazyLock<Script> = script!("scripts/list.lua");
pub(super) static READ: LazyLock<Script> = script!("scripts/read.lua");
pub(super) static RESOLVE: LazyLock<Script> = script!("scripts/resolve.lua");
pub(super) static PURGE: LazyLock<Script> = script!("scripts/purge.lua");

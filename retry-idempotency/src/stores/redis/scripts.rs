//! Scripts of the server, each atomic and one round trip.

use std::io::Write;
use std::sync::LazyLock;

use ::redis::aio::MultiplexedConnection;
use ::redis::{Cmd, ErrorKind, FromRedisValue, RedisResult, RedisWrite, Script, ServerErrorKind};

macro_rules! script {
    ($($name:literal),+) => {
        LazyLock::new(|| Script::new(concat!(include_str!("scripts/time.lua"), $(include_str!($name)),+)))
    };
}

pub(super) static CLAIM: LazyLock<Script> =
    script!("scripts/claim_new.lua", "scripts/row.lua", "scripts/quota.lua", "scripts/claim.lua");
/// The only one that needs no time.
pub(super) static FINISH: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/finish.lua")));
pub(super) static CHANGE: LazyLock<Script> = script!("scripts/row.lua", "scripts/change.lua");
pub(super) static TOKEN: LazyLock<Script> = script!("scripts/row.lua", "scripts/token.lua");
pub(super) static LIST: LazyLock<Script> = script!("scripts/row.lua", "scripts/list.lua");
pub(super) static READ: LazyLock<Script> = script!("scripts/row.lua", "scripts/read.lua");
pub(super) static RESOLVE: LazyLock<Script> = script!("scripts/row.lua", "scripts/resolve.lua");
pub(super) static CORRECT: LazyLock<Script> = script!("scripts/row.lua", "scripts/correct.lua");
pub(super) static PURGE: LazyLock<Script> = script!("scripts/row.lua", "scripts/purge.lua");

/// Room for the bytes of most calls, without a result.
const CALL: usize = 384;

/// Returns a call of a script, to which the keys and arguments are added.
///
/// It has one buffer, while a `ScriptInvocation` of the client has one for each argument.
pub(super) fn call(script: &Script, keys: usize, result: &[u8]) -> Cmd {
    let mut call = Cmd::with_capacity(12, CALL + result.len());
    call.arg("EVALSHA").arg(script.get_hash()).arg(keys);
    call
}

/// Adds one argument that consists of parts.
pub(super) fn arg_of<const PARTS: usize>(call: &mut Cmd, parts: [&[u8]; PARTS]) {
    let mut argument = call.writer_for_next_arg();
    for part in parts {
        // Writing to memory does not fail.
        drop(argument.write_all(part));
    }
}

/// Calls a script, and loads it first if the server does not have it.
pub(super) async fn run<T: FromRedisValue>(
    script: &Script,
    call: &Cmd,
    connection: &mut MultiplexedConnection,
) -> RedisResult<T> {
    match call.query_async(connection).await {
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
            script.load_async(connection).await?;
            call.query_async(connection).await
        }
        answer => answer,
    }
}

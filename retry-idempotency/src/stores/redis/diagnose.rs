//! Checks of the server.

use std::string::String;

use ::redis::cmd;

use super::RedisStore;
use crate::admin::{Check, clock, marker};
use crate::protocol::StoreError;
use crate::support::wall;

/// Answer of the command `INFO`: lines of a name and a value.
pub(super) struct Info(pub(super) String);

impl Info {
    /// Returns a value, or `unknown`.
    pub(super) fn get(&self, name: &str) -> &str {
        let value = self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value.map_or("unknown", str::trim)
    }

    /// Returns true if each write is appended to a file.
    pub(super) fn has_append_only_file(&self) -> bool {
        self.get("aof_enabled") == "1"
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).parse().unwrap_or(0)
    }

    fn eviction(&self) -> Check {
        match self.get("maxmemory_policy") {
            "noeviction" => Check::passed("maxmemory-policy", "noeviction"),
            policy => {
                Check::fault("maxmemory-policy", policy, "keys vanish when its memory is full; set it to noeviction")
            }
        }
    }

    /// Checks the files that bring the keys back after a restart.
    ///
    /// The settings `save` and `appendfsync` are `None` if the server does not show them.
    fn persistence(&self, save: Option<&str>, appendfsync: Option<&str>) -> Check {
        let name = "persistence";
        if !self.has_append_only_file() {
            let found = match save {
                None => "no append-only file",
                Some("") => "none",
                Some(_) => "snapshots alone",
            };
            let advice = "a crash or a restart loses the keys since the last snapshot, or all of them, and their effects are repeated: \
                          set `appendonly yes`";
            return Check::fault(name, found, advice);
        }
        if self.get("aof_last_write_status") == "err" {
            return Check::fault(
                name,
                "the append-only file cannot be written",
                "make room on its disk, and see its log",
            );
        }
        match appendfsync {
            Some("always") => Check::passed(name, "append-only file, synced always"),
            Some("everysec") => {
                let advice = "a power cut loses the last second, a crash of Redis nothing; set `appendfsync always` if that is too much";
                Check::warning(name, "append-only file, synced each second", advice)
            }
            Some("no") => {
                let advice = "a power cut loses what the operating system had not written; set `appendfsync everysec` or `always`";
                Check::warning(name, "append-only file, never synced", advice)
            }
            _ => {
                let advice = "`CONFIG GET appendfsync` is not allowed here; see that it is everysec or always";
                Check::warning(name, "append-only file", advice)
            }
        }
    }

    fn snapshots(&self) -> Option<Check> {
        let is_bad = self.get("rdb_last_bgsave_status") == "err";
        is_bad.then(|| {
            let advice = "the last snapshot failed, and Redis may refuse to write until one succeeds; see its log";
            Check::warning("snapshots", "failed", advice)
        })
    }

    fn role(&self) -> Check {
        let replicas = std::format!("a master with {} replicas", self.number("connected_slaves"));
        match (self.get("role"), self.number("connected_slaves")) {
            ("master", 0) => Check::passed("role", "a master without replicas"),
            ("master", _) => Check::warning(
                "role",
                replicas,
                "a failover loses the keys that had not reached the replica; derive keys for the other side",
            ),
            (role, _) => Check::fault(
                "role",
                if role == "slave" { "a replica" } else { role },
                "it refuses to write, or loses what it was written; use the address of the master",
            ),
        }
    }

    fn cluster(&self) -> Check {
        if self.get("cluster_enabled") == "1" {
            let advice =
                "scripts over the marker and a key are refused, as keys in two slots; use a Redis without a cluster";
            return Check::fault("cluster", "enabled", advice);
        }
        Check::passed("cluster", "disabled")
    }
}

impl RedisStore {
    pub(super) async fn info(&self) -> Result<Info, StoreError> {
        self.command(&cmd("INFO"), self.timeouts.step()).await.map(Info)
    }

    /// Reads a setting, which a server of others may not allow.
    async fn setting(&self, name: &str) -> Option<String> {
        let get = cmd("CONFIG").arg("GET").arg(name).to_owned();
        let pair: Vec<String> = self.command(&get, self.timeouts.admin()).await.ok()?;
        pair.into_iter().nth(1)
    }

    pub(super) async fn checks(&self) -> Result<Vec<Check>, StoreError> {
        let info = self.info().await?;
        let (save, sync) = (self.setting("save").await, self.setting("appendfsync").await);
        let earliest = wall();
        let (seconds, micros): (u64, u64) = self.command(&cmd("TIME"), self.timeouts.admin()).await?;
        let latest = wall();
        let is_marked: bool = self.command(cmd("EXISTS").arg(self.names.marker()), self.timeouts.admin()).await?;
        let mut checks = std::vec![Check::passed("Redis", info.get("redis_version")), info.eviction()];
        checks.push(info.persistence(save.as_deref(), sync.as_deref()));
        checks.extend(info.snapshots());
        checks.extend([info.role(), info.cluster(), marker(is_marked)]);
        checks.push(clock(seconds * 1_000_000 + micros, earliest, latest));
        Ok(checks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::CheckState::{Fault, Passed, Warning};

    #[test]
    fn persistence_is_what_a_crash_leaves() {
        let info =
            |aof: &str, status: &str| Info(std::format!("aof_enabled:{aof}\r\naof_last_write_status:{status}\r\n"));
        let cases = [
            ("0", "ok", Some("always"), Fault),
            ("1", "ok", Some("always"), Passed),
            ("1", "ok", Some("everysec"), Warning),
            ("1", "ok", Some("no"), Warning),
            ("1", "ok", None, Warning),
            ("1", "err", Some("always"), Fault),
        ];
        for (aof, status, sync, state) in cases {
            assert_eq!(info(aof, status).persistence(None, sync).state, state, "{aof} {status} {sync:?}");
        }
        for (save, found) in [(Some(""), "none"), (Some("3600 1"), "snapshots alone"), (None, "no append-only file")] {
            assert_eq!(info("0", "ok").persistence(save, Some("everysec")).found, found);
        }
    }

    #[test]
    fn roles_policies_and_clusters_are_judged() {
        let of = |text: &str| Info(text.into());
        assert_eq!(of("role:master\r\nconnected_slaves:0\r\n").role().state, Passed);
        assert_eq!(of("role:master\r\nconnected_slaves:2\r\n").role().state, Warning);
        assert_eq!(of("role:slave\r\nconnected_slaves:0\r\n").role().state, Fault);
        assert_eq!(of("maxmemory_policy:allkeys-lru\r\n").eviction().state, Fault);
        assert_eq!(of("cluster_enabled:1\r\n").cluster().state, Fault);
        assert_eq!(of("cluster_enabled:0\r\n").cluster().state, Passed);
        assert_eq!(of("rdb_last_bgsave_status:err\r\n").snapshots().unwrap().state, Warning);
    }
}

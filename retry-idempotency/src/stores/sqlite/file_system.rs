//! Kind of the file system that a file is on, where the system says it.

use std::fs;
use std::path::{Path, PathBuf};

/// File system of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileSystem {
    /// On other machines.
    ///
    /// Locks and the shared memory of the write-ahead log do not work there.
    Network(String),
    /// In memory: gone after a restart of the machine.
    Memory(String),
    /// In a layer of a container: gone with it.
    Overlay,
    Local(String),
    Unknown,
}

const NETWORK: [&str; 19] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "fuse.ceph",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.gcsfuse",
    "glusterfs",
    "lustre",
    "gpfs",
    "beegfs",
    "ocfs2",
    "virtiofs",
];

impl FileSystem {
    /// Returns the file system of `path`.
    ///
    /// It is known on Linux, which lists its mounts.
    pub(super) fn of(path: &Path) -> Self {
        let (Ok(path), Ok(mounts)) = (fs::canonicalize(path), fs::read_to_string("/proc/self/mountinfo")) else {
            return Self::Unknown;
        };
        Self::in_mounts(&path, &mounts)
    }

    fn in_mounts(path: &Path, mounts: &str) -> Self {
        let inside = mounts.lines().filter_map(mount).filter(|(at, _)| path.starts_with(at));
        // Of two mounts at one place the later one is seen.
        let Some((_, kind)) = inside.max_by_key(|(at, _)| at.components().count()) else { return Self::Unknown };
        match kind {
            kind if NETWORK.contains(&kind) => Self::Network(kind.into()),
            "tmpfs" | "ramfs" => Self::Memory(kind.into()),
            "overlay" => Self::Overlay,
            kind => Self::Local(kind.into()),
        }
    }
}

/// Reads the place and the kind of a mount.
///
/// They are its fifth word, and the first one after ` - `.
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (before, after) = line.split_once(" - ")?;
    // A space in a name is written as `\040`.
    let place = before.split(' ').nth(4)?.replace("\\040", " ");
    Some((place.into(), after.split(' ').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 0:20 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/l
23 22 0:21 / /data rw shared:2 - ext4 /dev/sda1 rw
24 23 0:22 / /data/shared\\040files rw - nfs4 host:/export rw
25 22 0:23 / /run rw - tmpfs tmpfs rw
26 22 0:24 / /mnt rw - ext4 /dev/sdb1 rw
27 26 0:25 / /mnt rw - fuse.sshfs me@host:/ rw
";

    #[test]
    fn the_longest_and_last_mount_counts() {
        let of = |path: &str| FileSystem::in_mounts(Path::new(path), MOUNTS);
        assert_eq!(of("/keys.db"), FileSystem::Overlay);
        assert_eq!(of("/data/keys.db"), FileSystem::Local("ext4".into()));
        assert_eq!(of("/database/keys.db"), FileSystem::Overlay);
        assert_eq!(of("/data/shared files/keys.db"), FileSystem::Network("nfs4".into()));
        assert_eq!(of("/run/keys.db"), FileSystem::Memory("tmpfs".into()));
        assert_eq!(of("/mnt/keys.db"), FileSystem::Network("fuse.sshfs".into()));
        assert_eq!(FileSystem::in_mounts(Path::new("/keys.db"), ""), FileSystem::Unknown);
    }
}

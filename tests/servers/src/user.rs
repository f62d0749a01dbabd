use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Whom a server runs as: servers that insist on an unprivileged user get one where the tests run as root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// Whoever runs the tests.
    Myself,
    /// Somebody else, by number; only root can choose.
    Other {
        /// The user's number.
        uid: u32,
        /// The number of the user's group.
        gid: u32,
    },
}

impl User {
    /// Whoever runs the tests, or where that is root the first of these users that exists, or else `nobody`.
    #[must_use]
    pub fn unprivileged(preferred: &[&str]) -> Self {
        let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        if !root {
            return User::Myself;
        }
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        preferred
            .iter()
            .find_map(|name| Self::named(&known, name))
            .unwrap_or(User::Other {
                uid: 65534,
                gid: 65534,
            })
    }

    fn named(known: &str, name: &str) -> Option<Self> {
        let fields = known
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields[0] == name)?;
        Some(User::Other {
            uid: fields.get(2)?.parse().ok()?,
            gid: fields.get(3)?.parse().ok()?,
        })
    }

    /// Makes a file or folder this user's.
    ///
    /// # Panics
    ///
    /// Where that is not allowed.
    pub fn give(&self, path: &Path) {
        if let User::Other { uid, gid } = self {
            chown(path, Some(*uid), Some(*gid)).unwrap_or_else(|error| {
                panic!("cannot give {} to user {uid}: {error}", path.display())
            });
        }
    }

    /// Makes a program run as this user.
    pub fn apply(&self, command: &mut Command) {
        if let User::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
    }
}

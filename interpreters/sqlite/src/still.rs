use crate::failure::Fault;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file in a folder, both write-protected, that nobody has open: SQLite cannot keep its index beside it, so it is read as it lies on the
/// disk, without locks. Should somebody with more rights write to it after all, reading it would be a gamble; so each reading makes sure,
/// before and after, that it is the same file still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Still {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Still {
    /// The file as it lies there, if all of it does: with a write-ahead log beside it, a part of it would be missing.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let has_more = std::fs::metadata(beside(path)).is_ok_and(|file| file.len() > 0);
        let file = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
        (!has_more).then(|| Still {
            path: path.to_owned(),
            bytes: file.len(),
            modified: file.modified().ok(),
        })
    }

    pub(crate) fn check(&self) -> Result<(), Fault> {
        if Self::of(&self.path).as_ref() == Some(self) {
            return Ok(());
        }
        Err(Fault::unavailable(format!(
            "`{}` was opened as a write-protected file that nobody uses, but somebody wrote to it; open it again",
            self.path.display()
        )))
    }
}

/// Where SQLite keeps the write-ahead log.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

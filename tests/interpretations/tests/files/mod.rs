//! SQLite files for tests, in a folder of their own that goes away with them.
use std::path::{Path, PathBuf};

pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(crate) fn new() -> Self {
        let name = lawful::Uuid::new_v4().to_string();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        Files { folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join("bank.db")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

//! A test once more, as another process of the system.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Tells the child which folder it works in.
const FOLDER: &str = "LAWFUL_PROCESSES_FOLDER";

const PREFIX: &str = "child: ";

/// The folder, if this process is a child.
#[must_use]
pub fn called() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Starts this test again as a child.
///
/// # Panics
///
/// Where the system starts no process.
#[must_use]
pub fn call(test: &str, folder: &Path) -> Child {
    let this = std::env::current_exe().expect("this program knows where it is");
    Command::new(this)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started again")
}

/// Says a line to the parent, at once and as a whole.
pub fn say(line: &str) {
    let said = std::io::stdout().write_all(format!("\n{PREFIX}{line}\n").as_bytes());
    // A parent that is gone has no use for the rest.
    if said.and_then(|()| std::io::stdout().flush()).is_err() {
        std::process::exit(1);
    }
}

/// What a child said, without what the test runner says.
#[must_use]
pub fn said(line: &str) -> Option<&str> {
    line.strip_prefix(PREFIX)
}

/// Sends a signal.
///
/// # Panics
///
/// Where there is no program `kill`.
pub fn signal(child: &Child, name: &str) {
    let done = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()
        .expect("there is a program `kill`");
    assert!(done.success(), "kill -{name} was refused");
}

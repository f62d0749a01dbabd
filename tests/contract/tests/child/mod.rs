//! The test binary once more, as another process.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Tells the child which file it works on.
const FILE: &str = "LAWFUL_CONTRACT_FILE";
/// Tells the child anything else.
const WORD: &str = "LAWFUL_CONTRACT_WORD";

/// The file and the word, if this process is a child.
pub(crate) fn called() -> Option<(PathBuf, String)> {
    let file = std::env::var_os(FILE)?;
    Some((file.into(), std::env::var(WORD).unwrap_or_default()))
}

/// Starts this test again as a child.
pub(crate) fn call(test: &str, file: &Path, word: &str) -> Child {
    let this = std::env::current_exe().expect("this program knows where it is");
    Command::new(this)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env(WORD, word)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started again")
}

/// Says a line to the parent, at once and as a whole.
pub(crate) fn say(line: &str) {
    // The test runner has begun a line of its own before the first one.
    let said = std::io::stdout().write_all(format!("\n{PREFIX}{line}\n").as_bytes());
    // A parent that is gone has no use for the rest.
    if said.and_then(|()| std::io::stdout().flush()).is_err() {
        std::process::exit(1);
    }
}

/// What a child said, without what the test runner says.
pub(crate) fn said(line: &str) -> Option<&str> {
    line.strip_prefix(PREFIX)
}

const PREFIX: &str = "child: ";

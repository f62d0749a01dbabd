//! Another process: this very test program, run for one test with a task in its environment.

use crate::domain::{Log, append};
use lawful::log::StreamId;
use lawful_sqlite::SqliteOptions;
use std::path::Path;
use std::process::{Command, Stdio};

const TASK: &str = "LAWFUL_SQLITE_TASK";
const FILE: &str = "LAWFUL_SQLITE_FILE";

/// What this process is to do, if it is another one's child, and the log that it is to do it with.
pub(crate) fn task() -> Option<(String, SqliteOptions)> {
    let task = std::env::var(TASK).ok()?;
    let file = std::env::var_os(FILE)?;
    Some((task, SqliteOptions::new(std::path::PathBuf::from(file))))
}

/// A process that runs the test of this name with a task. Its answers come through its standard output: see [`say`].
pub(crate) fn command(test: &str, task: &str, file: &Path) -> Command {
    let program = std::env::current_exe().expect("the test program");
    let mut command = Command::new(program);
    prepare(&mut command, test, task, file);
    command
}

/// The same under a shell, which first runs `before`.
pub(crate) fn command_under(before: &str, test: &str, task: &str, file: &Path) -> Command {
    let program = std::env::current_exe().expect("the test program");
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("{before}; exec \"$0\" \"$@\""))
        .arg(program);
    prepare(&mut command, test, task, file);
    command
}

fn prepare(command: &mut Command, test: &str, task: &str, file: &Path) {
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(TASK, task)
        .env(FILE, file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
}

/// Tells the parent something: one line, written at once.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    let line = format!("said {line}\n");
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// What a child said: whole lines only.
pub(crate) fn said(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        // The test harness writes to the same pipe, without ending its line.
        .filter_map(|line| line.split_once("said ").map(|(_, said)| said.to_owned()))
        .collect()
}

/// Runs a command to its end and returns what it said.
#[track_caller]
pub(crate) fn finish(command: &mut Command) -> Vec<String> {
    let output = command.output().expect("a child");
    assert!(output.status.success(), "{output:?}");
    said(&output.stdout)
}

/// Appends to a stream that others append to as well, reading again after each conflict.
pub(crate) async fn append_contended(log: &Log, stream: StreamId, text: &str) {
    use lawful::log::{AppendError, EventLog};
    loop {
        let (version, _) = log.version(stream).await.expect("readable");
        let batch = crate::domain::batch(stream, version, [crate::domain::noted(text)]);
        match log.append(batch).await {
            Ok(_) => return,
            Err(AppendError::Conflict { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Appends so many notes to a stream of one's own.
pub(crate) async fn append_own(log: &Log, stream: StreamId, count: u64) {
    for version in 0..count {
        append(log, stream, version, &version.to_string()).await;
    }
}

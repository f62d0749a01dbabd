//! A small payload, and a folder that is gone afterwards.

use lawful::log::{AppendError, Appended, Batch, CommandId, EventLog, StreamId, Undecodable};
use lawful::{Failure, FailureKind, Few, Payload, Uuid};
use lawful_sqlite::{SqliteLog, SqliteOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use tokio::sync::oneshot;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// `note.noted`, schema version 2.
    Noted(String),
    /// `tally.counted`, schema version 1.
    Counted(i64),
    /// Cannot be written.
    Unwritable,
}

impl Payload for Fact {
    const AGGREGATES: &'static [&'static str] = &["note", "tally"];

    fn aggregate(&self) -> &'static str {
        match self {
            Fact::Noted(_) | Fact::Unwritable => "note",
            Fact::Counted(_) => "tally",
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Fact::Noted(_) => "noted",
            Fact::Counted(_) => "counted",
            Fact::Unwritable => "unwritable",
        }
    }

    fn schema_version(&self) -> u32 {
        match self {
            Fact::Noted(_) => 2,
            _ => 1,
        }
    }

    fn encode(&self) -> serde_json::Result<String> {
        match self {
            Fact::Noted(text) => serde_json::to_string(&serde_json::json!({ "text": text })),
            Fact::Counted(by) => Ok(format!("{{\"by\":{by}}}")),
            Fact::Unwritable => serde_json::from_str("no JSON"),
        }
    }

    fn decode(
        aggregate: &str,
        name: &str,
        schema_version: u32,
        data: &str,
    ) -> Result<Self, Undecodable> {
        let unfit = |what: &str| Undecodable::Data(format!("no `{what}` in `{data}`"));
        let value: serde_json::Value =
            serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))?;
        match (aggregate, name, schema_version) {
            ("note", "noted", 1 | 2) => {
                let text = value["text"].as_str().ok_or_else(|| unfit("text"))?;
                assert!(text != "panic", "a defect in decoding");
                pass(text);
                Ok(Fact::Noted(text.to_owned()))
            }
            ("tally", "counted", 1) => value["by"]
                .as_i64()
                .map(Fact::Counted)
                .ok_or_else(|| unfit("by")),
            ("note", "noted", _) => Err(Undecodable::UnknownVersion { newest: 2 }),
            ("tally", "counted", _) => Err(Undecodable::UnknownVersion { newest: 1 }),
            _ => Err(Undecodable::UnknownType),
        }
    }
}

/// A note with this text is not decoded before somebody says so: a reader that stands still in the middle of its work. The text must be
/// one that no other test of the run reads meanwhile.
pub(crate) fn pause_before(text: &'static str) -> Pause {
    let (reached, was_reached) = oneshot::channel();
    let (go_on, told) = mpsc::channel();
    let point = Point {
        text,
        reached: Some(reached),
        told,
    };
    *POINT.lock().unwrap() = Some(point);
    Pause { was_reached, go_on }
}

/// The other side of a point at which a reader stands still.
pub(crate) struct Pause {
    was_reached: oneshot::Receiver<()>,
    go_on: mpsc::Sender<()>,
}

struct Point {
    text: &'static str,
    reached: Option<oneshot::Sender<()>>,
    told: mpsc::Receiver<()>,
}

static POINT: Mutex<Option<Point>> = Mutex::new(None);

impl Pause {
    pub(crate) async fn reached(&mut self) {
        (&mut self.was_reached).await.expect("a reader came by");
    }

    pub(crate) fn go_on(self) {
        self.go_on.send(()).expect("a reader waits");
    }
}

fn pass(text: &str) {
    let point = POINT.lock().unwrap().take_if(|point| point.text == text);
    if let Some(mut point) = point {
        let reached = point.reached.take().expect("reached once");
        let _ = reached.send(());
        let _ = point.told.recv();
    }
}

pub(crate) type Log = SqliteLog<Fact>;

pub(crate) fn note(id: u128) -> StreamId {
    StreamId {
        aggregate: "note",
        id: Uuid::from_u128(id),
    }
}

pub(crate) fn tally(id: u128) -> StreamId {
    StreamId {
        aggregate: "tally",
        id: Uuid::from_u128(id),
    }
}

pub(crate) fn noted(text: impl Into<String>) -> Fact {
    Fact::Noted(text.into())
}

/// One command, whose id nobody chose.
pub(crate) fn submission(
    id: impl Into<CommandId>,
    events: impl IntoIterator<Item = Fact>,
) -> lawful::log::Submission<Fact> {
    let id = id.into();
    lawful::log::Submission {
        id,
        chosen: None,
        events: events.into_iter().collect(),
        correlation: id.uuid(),
        causation: None,
        metadata: None,
    }
}

/// A batch of one command, whose id nobody chose.
pub(crate) fn batch(
    stream: StreamId,
    expected: u64,
    events: impl IntoIterator<Item = Fact>,
) -> Batch<Fact> {
    Batch {
        stream,
        expected,
        commands: Few::One(submission(Uuid::new_v4(), events)),
    }
}

/// A batch of one command, whose id the caller chose.
pub(crate) fn chosen(
    stream: StreamId,
    expected: u64,
    id: impl Into<CommandId>,
    events: impl IntoIterator<Item = Fact>,
) -> Batch<Fact> {
    let mut command = submission(id, events);
    command.chosen = Some(Uuid::from_u128(0x00d1_ce57));
    Batch {
        stream,
        expected,
        commands: Few::One(command),
    }
}

pub(crate) async fn append(log: &Log, stream: StreamId, expected: u64, text: &str) -> Appended {
    log.append(batch(stream, expected, [noted(text)]))
        .await
        .expect("appended")
}

/// The texts of a stream of notes.
pub(crate) async fn texts(log: &Log, stream: StreamId) -> Vec<String> {
    let page = log
        .read_stream(stream, 0, usize::MAX)
        .await
        .expect("readable");
    assert_eq!(page.version, page.entries.len() as u64);
    page.entries
        .into_iter()
        .map(|entry| match entry.event {
            Fact::Noted(text) => text,
            other => panic!("{other:?} in a stream of notes"),
        })
        .collect()
}

/// The failure of an append that must fail.
#[track_caller]
pub(crate) fn failed(result: Result<Appended, AppendError>) -> Failure {
    match result {
        Err(AppendError::Failed(failure)) => failure,
        other => panic!("expected a failure, found {other:?}"),
    }
}

/// Checks kind and text of a failure.
#[track_caller]
pub(crate) fn check(failure: &Failure, kind: &FailureKind, parts: &[&str]) {
    assert_eq!(failure.kind(), kind, "{failure:?}");
    let text = failure.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in `{text}`");
    }
    assert!(
        !text.ends_with('.') && !text.starts_with(char::is_uppercase),
        "{text}"
    );
}

/// A folder for one test.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lawful-sqlite-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("log.db")
    }

    pub(crate) async fn log(&self) -> Log {
        self.log_with(|options| options).await
    }

    pub(crate) async fn log_with(
        &self,
        change: impl FnOnce(SqliteOptions) -> SqliteOptions,
    ) -> Log {
        Log::open(change(SqliteOptions::new(self.file())))
            .await
            .expect("opened")
    }

    /// Works on the file behind the log's back, as the sqlite3 shell would.
    pub(crate) fn shell(&self, sql: &str) {
        self.connection().execute_batch(sql).expect("valid SQL");
    }

    pub(crate) fn connection(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.file()).expect("opened");
        connection
            .busy_timeout(std::time::Duration::from_secs(10))
            .expect("set");
        connection
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.connection()
            .query_row(sql, [], |row| row.get(0))
            .expect("a number")
    }

    pub(crate) fn text(&self, sql: &str) -> String {
        self.connection()
            .query_row(sql, [], |row| row.get(0))
            .expect("a text")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

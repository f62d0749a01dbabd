use crate::failure::{Fault, is_busy};
use crate::options::{Durability, SqliteOptions};
use crate::still::Still;
use lawful::log::LogId;
use lawful::{Failure, FailureKind, Uuid};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The schema version that this release writes.
const SCHEMA_VERSION: u32 = 1;
/// How SQLite knows the file for one of ours, and `file` with it: `Lawf`.
const APPLICATION: u32 = u32::from_be_bytes(*b"Lawf");
/// How a file of nothing but read models is known: `Lawv`.
const TABLES: u32 = u32::from_be_bytes(*b"Lawv");
const SCHEMA: &str = include_str!("schema.sql");
/// How long SQLite waits for a lock by itself before we look around.
pub(crate) const LOCK_SLICE: Duration = Duration::from_millis(50);
const PAGE_BYTES: u64 = 4096;

/// A file that is a log: the writer's connection, one for each reader, and one for the news.
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    pub(crate) identity: LogId,
    pub(crate) writer: Connection,
    pub(crate) readers: Vec<Connection>,
    pub(crate) news: Connection,
    pub(crate) head: u64,
    pub(crate) still: Option<Still>,
}

/// Opens the file, or makes it if there is none. A file that is not ours stays as it is.
pub(crate) fn open(options: &SqliteOptions) -> Result<Opened, Failure> {
    let path = place(&options.path)?;
    let opener = Opener {
        options,
        path: &path,
        until: Instant::now() + options.lock_timeout,
        owners: &[APPLICATION],
    };
    opener.recognise()?;
    let writable = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut writer = opener.connect(writable)?;
    let mut still = None;
    match opener.prepare(&writer) {
        Err(failure) if *failure.kind() == FailureKind::ReadOnly => {
            still = Some(Still::of(&path).ok_or(failure)?);
            writer = opener.connect_unchanging()?;
            opener.prepare(&writer)?;
        }
        prepared => prepared?,
    }
    let identity = opener.identity(&writer)?;
    let reader = || match still {
        Some(_) => opener.connect_unchanging(),
        None => opener.connect(OpenFlags::SQLITE_OPEN_READ_ONLY),
    };
    let readers = (0..options.readers)
        .map(|_| reader())
        .collect::<Result<_, Failure>>()?;
    let news = reader()?;
    let head = opener.sure(crate::read::head(&news))?;
    Ok(Opened {
        path,
        identity,
        writer,
        readers,
        news,
        head,
        still,
    })
}

/// Opens the file for tables of read models: a log's, one of their own, or a new one. Any other stays as it is.
pub(crate) fn open_tables(options: &SqliteOptions) -> Result<(PathBuf, Connection), Failure> {
    let path = place(&options.path)?;
    let opener = Opener {
        options,
        path: &path,
        until: Instant::now() + options.lock_timeout,
        owners: &[APPLICATION, TABLES],
    };
    opener.recognise()?;
    let connection =
        opener.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    if opener.patiently(|| application(&connection))? == 0 {
        let adopt = || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let empty: bool =
                connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
                    row.get(0)
                })?;
            if empty && application(&connection)? == 0 {
                connection.pragma_update(None, "application_id", TABLES)?;
            }
            connection.execute_batch("COMMIT")
        };
        opener.patiently(|| {
            adopt().inspect_err(|_| {
                if !connection.is_autocommit() {
                    // The first error says more than one of the way back.
                    let _ = connection.execute_batch("ROLLBACK");
                }
            })
        })?;
    }
    let owner = opener.patiently(|| application(&connection))?;
    if !opener.owners.contains(&owner) {
        return Err(opener.foreign(owner));
    }
    // A log has to be in this mode anyway, and rows can be read while others are written.
    opener.patiently(|| connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())))?;
    // What a power cut takes is folded again: the checkpoint goes with the rows.
    opener.sure(connection.pragma_update(None, "synchronous", "NORMAL"))?;
    opener.sure(connection.busy_timeout(options.lock_timeout))?;
    Ok((path, connection))
}

/// A named thread.
pub(crate) fn spawn(
    name: &str,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, Failure> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|error| {
            let message = format!("cannot start the thread `{name}`: {error}");
            Failure::new(FailureKind::Unavailable, message).because(error)
        })
}

/// Where the file is. Absolute, so that SQLite sees no special name in it and a change of directory moves nothing.
fn place(given: &Path) -> Result<PathBuf, Failure> {
    let path = std::path::absolute(given).map_err(|error| {
        let message = format!("`{}` is no path of a file: {error}", given.display());
        Failure::new(FailureKind::NotALog, message).because(error)
    })?;
    if path.is_dir() {
        let message = format!(
            "`{}` is a directory; give the path of a file in it",
            given.display()
        );
        return Err(Failure::new(FailureKind::NotALog, message));
    }
    match path.parent() {
        Some(folder) if !folder.is_dir() => {
            let message = format!(
                "cannot open `{}`: there is no directory `{}`; make it first",
                given.display(),
                folder.display()
            );
            Err(Failure::new(FailureKind::Unavailable, message))
        }
        _ => Ok(path),
    }
}

struct Opener<'o> {
    options: &'o SqliteOptions,
    path: &'o Path,
    until: Instant,
    /// The application ids of files that may be opened.
    owners: &'static [u32],
}

impl Opener<'_> {
    /// Looks at the file before anything can change it: opening an ordinary connection may already recover another program's
    /// journal. An empty file, or none, may become a log.
    ///
    /// It is SQLite that looks: a file descriptor of our own, closed, would take every lock with it that this process holds on the file.
    fn recognise(&self) -> Result<(), Failure> {
        let mut again = true;
        loop {
            match self.peek() {
                // Another process may be writing the first page at this very moment.
                Err(failure) if again && *failure.kind() == FailureKind::NotALog => {
                    again = false;
                    std::thread::sleep(LOCK_SLICE);
                }
                answer => return answer,
            }
        }
    }

    fn peek(&self) -> Result<(), Failure> {
        let empty = std::fs::metadata(self.path).map_or(true, |file| file.len() == 0);
        if empty {
            return Ok(());
        }
        let connection = self.connect_unchanging()?;
        // A process that was killed in the middle of a checkpoint leaves a first page that counts more pages than the file has yet; the
        // rest is in the write-ahead log, which an ordinary connection reads and this one does not. Only the first page is looked at.
        self.sure(connection.execute_batch("PRAGMA writable_schema = ON"))?;
        match self.sure(application(&connection))? {
            owner if self.owners.contains(&owner) => Ok(()),
            other => Err(self.foreign(other)),
        }
    }

    fn foreign(&self, application: u32) -> Failure {
        if application == TABLES {
            let message = format!(
                "`{}` holds rows of read models and no log; give the log a file of its own, or, to have both in one file, open the log first",
                self.path.display()
            );
            return Failure::new(FailureKind::NotALog, message);
        }
        let message = format!(
            "`{}` is a SQLite file of another program (its application id is {application:#010x}, a log's is {APPLICATION:#010x}); give the path of a log, or of a file that does not exist yet",
            self.path.display()
        );
        Failure::new(FailureKind::NotALog, message)
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, Failure> {
        let connect = || {
            let connection =
                Connection::open_with_flags(self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(self.options.lock_timeout.min(LOCK_SLICE))?;
            Ok(connection)
        };
        self.sure(connect())
    }

    /// For one who only looks: no locks, no journals, nothing made or changed beside the file.
    fn connect_unchanging(&self) -> Result<Connection, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.sure(Connection::open_with_flags(unchanging(self.path), flags))
    }

    /// Makes the file a log if it is new, and sees to it that this release can work with it.
    fn prepare(&self, connection: &Connection) -> Result<(), Failure> {
        let read_only = self.sure(connection.is_readonly("main"))?;
        let found = self.patiently(|| schema_version(connection))?;
        if found == 0 {
            self.create(connection)?;
        }
        let found = self.patiently(|| schema_version(connection))?;
        if found > SCHEMA_VERSION {
            let message = format!(
                "`{}` has schema version {found}, this release knows versions up to {SCHEMA_VERSION}; open it with a newer release",
                self.path.display()
            );
            return Err(Failure::new(FailureKind::NewerSchema, message));
        }
        if !read_only {
            self.configure(connection)?;
        }
        Ok(())
    }

    fn create(&self, connection: &Connection) -> Result<(), Failure> {
        self.patiently(|| connection.execute_batch("BEGIN EXCLUSIVE"))?;
        let created = self.create_locked(connection);
        if created.is_err() && !connection.is_autocommit() {
            // The first error says more than one of the way back.
            let _ = connection.execute_batch("ROLLBACK");
        }
        created
    }

    fn create_locked(&self, connection: &Connection) -> Result<(), Failure> {
        // Another process may have been faster.
        if self.sure(schema_version(connection))? == 0 {
            let tables: u64 = self.sure(connection.query_row(
                "SELECT count(*) FROM sqlite_schema",
                [],
                |row| row.get(0),
            ))?;
            if tables > 0 {
                return Err(self.foreign(self.sure(application(connection))?));
            }
            let (identity, _) = Uuid::new_v4().as_u64_pair();
            let create = || {
                connection.execute_batch(SCHEMA)?;
                connection.execute(
                    "INSERT INTO lawful (name, value) VALUES ('identity', ?1), ('created_at', datetime('now'))",
                    [LogId(identity).to_string()],
                )?;
                connection.pragma_update(None, "application_id", APPLICATION)?;
                connection.pragma_update(None, "user_version", SCHEMA_VERSION)
            };
            self.sure(create())?;
        }
        self.sure(connection.execute_batch("COMMIT"))
    }

    fn configure(&self, connection: &Connection) -> Result<(), Failure> {
        // Changing to the write-ahead log needs the file for a moment, and SQLite does not wait for it by itself. The schema is
        // committed before, so that the first page tells whose file it is.
        let mode: String = self.patiently(|| {
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        })?;
        if mode != "wal" {
            let message = format!(
                "`{}` lies where SQLite cannot keep a write-ahead log (it keeps `{mode}`); put it on a local disk",
                self.path.display()
            );
            return Err(Failure::new(FailureKind::Unavailable, message));
        }
        let synchronous = match self.options.durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        let configure = || {
            connection.pragma_update(None, "synchronous", synchronous)?;
            // Rows refer only to streams that the same transaction wrote or found.
            connection.pragma_update(None, "foreign_keys", false)?;
            if let Some(bytes) = self.options.max_bytes {
                let pages = (bytes / PAGE_BYTES).clamp(1, u64::from(u32::MAX - 1));
                connection.query_row(
                    &format!("PRAGMA max_page_count = {pages}"),
                    [],
                    |_| Ok(()),
                )?;
            }
            Ok(())
        };
        self.sure(configure())
    }

    fn identity(&self, connection: &Connection) -> Result<LogId, Failure> {
        let identity: Option<String> = self.patiently(|| {
            connection
                .query_row(
                    "SELECT value FROM lawful WHERE name = 'identity'",
                    [],
                    |row| row.get(0),
                )
                .optional()
        })?;
        identity
            .as_deref()
            .and_then(|text| u64::from_str_radix(text, 16).ok())
            .map(LogId)
            .ok_or_else(|| {
                let message = format!(
                    "`{}` does not say which log it is: the row `identity` of the table `lawful` is {identity:?}; restore the file from a copy",
                    self.path.display()
                );
                Failure::new(FailureKind::Corrupt, message)
            })
    }

    /// Tries again while others hold a lock, until the time is up.
    fn patiently<T>(&self, mut attempt: impl FnMut() -> rusqlite::Result<T>) -> Result<T, Failure> {
        loop {
            match attempt() {
                Err(error) if is_busy(&error) && Instant::now() < self.until => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                answer => return self.sure(answer),
            }
        }
    }

    fn sure<T>(&self, answer: rusqlite::Result<T>) -> Result<T, Failure> {
        answer.map_err(|error| Fault::of(self.path, "open", error).into())
    }
}

fn application(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

fn schema_version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The name of a file for [`Opener::connect_unchanging`].
fn unchanging(path: &Path) -> String {
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.starts_with(b"/") {
        uri.push('/');
    }
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => {
                uri.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            other => {
                uri.push('%');
                for digit in [other >> 4, other & 15] {
                    uri.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                }
            }
        }
    }
    uri.push_str("?immutable=1");
    uri
}

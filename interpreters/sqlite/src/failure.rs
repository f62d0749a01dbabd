use lawful::{Failure, FailureKind};
use rusqlite::{ErrorCode, ffi};
use std::path::Path;
use std::sync::Arc;

/// Why SQLite could not do something: a failure that can be given to everyone who waited for it.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) kind: FailureKind,
    message: String,
    source: Option<Arc<rusqlite::Error>>,
}

impl Fault {
    /// `doing`: what was tried, such as `append to`; followed by the path.
    pub(crate) fn of(path: &Path, doing: &str, error: rusqlite::Error) -> Self {
        let (kind, found) = explain(&error);
        Fault {
            kind,
            message: format!("cannot {doing} `{}`: {found}", path.display()),
            source: Some(Arc::new(error)),
        }
    }

    pub(crate) fn unavailable(message: String) -> Self {
        Fault {
            kind: FailureKind::Unavailable,
            message,
            source: None,
        }
    }

    /// What [`Fault::of`] is for a commit of which it is not known whether it took effect.
    pub(crate) fn of_commit(path: &Path, error: rusqlite::Error) -> Self {
        let mut fault = Self::of(path, "commit to", error);
        // The commit mark may have reached the disk although the disk said no, and recovery would then find it.
        if fault.kind == FailureKind::Unavailable {
            fault.kind = FailureKind::OutcomeUnknown;
            fault.message.push_str(
                "; whether it took effect is not known, ask again with the same command id",
            );
        }
        fault
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        let failure = Failure::new(fault.kind, fault.message);
        match fault.source {
            Some(source) => failure.because(source),
            None => failure,
        }
    }
}

/// Somebody else holds a lock that we need.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

fn explain(error: &rusqlite::Error) -> (FailureKind, String) {
    use rusqlite::Error as E;
    let known = |kind, text: &str| (kind, text.to_owned());
    if is_busy(error) {
        return known(
            FailureKind::Locked,
            "another process holds its lock; wait until it has finished, or allow a longer `lock_timeout`",
        );
    }
    match error {
        E::SqliteFailure(code, _) if code.extended_code == ffi::SQLITE_IOERR_SHMSIZE => known(
            FailureKind::Full,
            "there is no space left for the index of the write-ahead log; free some and try again",
        ),
        E::SqliteFailure(code, _) if code.extended_code == ffi::SQLITE_READONLY_DBMOVED => known(
            FailureKind::Unavailable,
            "the file was moved or deleted while it was open; open it where it is now",
        ),
        E::SqliteFailure(_, Some(text))
            if text.contains("events.event_id") || text.contains("commands.command_id") =>
        {
            known(
                FailureKind::CommandIdReused,
                "a command of the batch has the id of another one of its stream; give every command an id of its own",
            )
        }
        E::SqliteFailure(code, text) => {
            let text = text.clone().unwrap_or_else(|| code.to_string());
            match code.code {
                ErrorCode::DiskFull => known(
                    FailureKind::Full,
                    "there is no space left, or the file reached its `max_bytes`; make room and try again",
                ),
                ErrorCode::ReadOnly => known(
                    FailureKind::ReadOnly,
                    "the file or its folder is write-protected; it can be read, but not written",
                ),
                ErrorCode::NotADatabase => known(
                    FailureKind::NotALog,
                    "it is no SQLite file; give the path of a log, or of a file that does not exist yet",
                ),
                ErrorCode::DatabaseCorrupt => (
                    FailureKind::Corrupt,
                    format!("the file is damaged ({text}); restore it from a copy"),
                ),
                ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory => (FailureKind::Unavailable, text),
                _ if text.starts_with("no such") => (
                    FailureKind::Corrupt,
                    format!("its tables are not those of a log ({text}); restore it from a copy"),
                ),
                _ => (FailureKind::Other, text),
            }
        }
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::InvalidColumnType(..)
        | E::Utf8Error(..) => (FailureKind::Corrupt, error.to_string()),
        _ => (FailureKind::Other, error.to_string()),
    }
}

use lawful::{Failure, FailureKind};
use std::error::Error as StdError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// What went wrong while reading or connecting: nothing was changed.
pub(crate) fn failure(error: Error, doing: &str, place: &str) -> Failure {
    let (kind, message) = match error.as_db_error() {
        Some(said) => (kind(said), described(said, doing, place)),
        None => (FailureKind::Unavailable, unsaid(&error, doing, place)),
    };
    Failure::new(kind, message).because(error)
}

/// What went wrong while appending. A server that ends the session (severity FATAL or PANIC) or says nothing at all may have committed
/// before it did; an ordinary error means that the transaction was rolled back.
pub(crate) fn append_failure(error: Error, place: &str) -> Failure {
    const DOING: &str = "appending";
    match error.as_db_error() {
        Some(_) if !lost(&error) => failure(error, DOING, place),
        Some(said) => {
            let message = unknown(&described(said, DOING, place));
            Failure::new(FailureKind::OutcomeUnknown, message).because(error)
        }
        None => {
            let message = unknown(&unsaid(&error, DOING, place));
            Failure::new(FailureKind::OutcomeUnknown, message).because(error)
        }
    }
}

/// The server did not answer in time; whatever it was doing may still happen.
pub(crate) fn silence(kind: FailureKind, doing: &str, place: &str) -> Failure {
    let silent = format!("the server at `{place}` did not answer in time while {doing}");
    let message = match kind {
        FailureKind::OutcomeUnknown => unknown(&silent),
        _ => silent,
    };
    Failure::new(kind, message)
}

/// Whether the session is over, so that another one may have an answer.
pub(crate) fn lost(error: &Error) -> bool {
    // The text of the severity is in the server's language; the parsed one is not.
    let severity = error.as_db_error().map(DbError::parsed_severity);
    match severity {
        Some(severity) => !matches!(severity, Some(Severity::Error)),
        None => error.is_closed(),
    }
}

/// Whether an error of this unit's own data failed the transaction, so that its neighbours deserve another try without it.
pub(crate) fn own_fault(error: &Error) -> bool {
    let code = error.code().map_or("", SqlState::code);
    ["21", "22", "23", "54"].contains(&code.get(..2).unwrap_or(""))
}

/// An event with the same id is in the log.
pub(crate) fn same_event_id(error: &Error) -> bool {
    error.as_db_error().is_some_and(|said| {
        *said.code() == SqlState::UNIQUE_VIOLATION
            && said.constraint() == Some("events_event_id_key")
    })
}

fn unknown(why: &str) -> String {
    format!(
        "{why}: whether it took effect is not known; ask again with the same command id to settle it"
    )
}

fn kind(said: &DbError) -> FailureKind {
    let code = said.code().code();
    match code {
        // A wrong password, a missing right.
        "28000" | "28P01" | "42501" => FailureKind::Denied,
        "55P03" | "40P01" | "40001" => FailureKind::Locked,
        "25006" => FailureKind::ReadOnly,
        "53100" => FailureKind::Full,
        // Tables or functions of ours are missing, or are not what we made.
        "42P01" | "42883" | "42703" | "3F000" | "42804" => FailureKind::NotALog,
        // Includes too many connections (53300), a missing database (3D000), a timeout or an operator (57xxx).
        _ => match code.get(..2) {
            Some("08" | "53" | "57" | "58" | "3D") => FailureKind::Unavailable,
            Some("XX") => FailureKind::Corrupt,
            _ => FailureKind::Other,
        },
    }
}

fn described(said: &DbError, doing: &str, place: &str) -> String {
    let message = said.message();
    let code = said.code().code();
    let advice = match code {
        "28000" | "28P01" => "; check user and password in the URL",
        "42501" => "; grant the right, or connect as the owner of the schema",
        "3D000" => "; create it, or correct the URL",
        "53300" => "; raise `max_connections`, or open fewer",
        "55P03" => "; another writer holds the log",
        "57014" => "; raise `statement_timeout`, or find what is slow",
        "25006" => "; connect to the primary server",
        "53100" => "; free some space",
        _ => "",
    };
    format!("the server at `{place}` says, while {doing}: `{message}` ({code}){advice}")
}

/// There is no word from the server: what the client knows.
fn unsaid(error: &Error, doing: &str, place: &str) -> String {
    if error.is_closed() {
        return format!("the connection to `{place}` broke while {doing}");
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    if text.contains("TLS") {
        return format!(
            "cannot reach `{place}` while {doing}: {text}; this log speaks no TLS: write `sslmode=disable`, and go through a TLS proxy where the network is not trusted"
        );
    }
    format!("cannot reach `{place}` while {doing}: {text}")
}

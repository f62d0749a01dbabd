use async_nats::ConnectErrorKind;
use async_nats::jetstream::{Error as ServerError, ErrorCode};
use lawful::{Failure, FailureKind};
use std::fmt::Display;
use std::time::Duration;

/// The error codes of the server that are told apart, as it calls them.
pub(crate) mod code {
    /// `JSStreamWrongLastSequenceErrF`.
    pub(crate) const WRONG_LAST_SEQUENCE: u64 = 10_071;
    /// `JSStreamWrongLastSequenceConstantErr`, of newer servers.
    pub(crate) const WRONG_LAST_SEQUENCE_CONSTANT: u64 = 10_164;
    /// `JSStreamNotFoundErr`.
    pub(crate) const STREAM_NOT_FOUND: u64 = 10_059;
    /// `JSStreamNameExistErr`.
    pub(crate) const STREAM_NAME_IN_USE: u64 = 10_058;
    /// `JSClusterNotAvailErr`.
    pub(crate) const CLUSTER_NOT_AVAILABLE: u64 = 10_008;
    /// `JSClusterNotLeaderErr`.
    pub(crate) const NOT_LEADER: u64 = 10_009;
}

/// `JSClusterNoPeersErrF`: servers that are to keep a copy are not there yet.
const NO_PEERS: u64 = 10_005;
const SEALED: u64 = 10_109;
const NOT_ENABLED: [u64; 2] = [10_039, 10_076];
const NO_RESOURCES: [u64; 5] = [10_002, 10_023, 10_028, 10_047, 10_077];

/// What the server says to a request, read as far as a caller can act on it.
pub(crate) fn refused(doing: &str, error: &ServerError) -> Failure {
    let ErrorCode(number) = error.error_code();
    let text = error.to_string();
    let full = ["maximum", "exceed", "no space", "insufficient"];
    let (kind, advice) = match number {
        code::STREAM_NOT_FOUND => (
            FailureKind::NotALog,
            "the log's stream is gone; restore it from a backup, or open the log again to make a new one",
        ),
        SEALED => (FailureKind::ReadOnly, "the stream is sealed"),
        _ if NOT_ENABLED.contains(&number) => (
            FailureKind::Unavailable,
            "enable JetStream on the server and for the account",
        ),
        _ if NO_RESOURCES.contains(&number) && full.iter().any(|word| text.contains(word)) => (
            FailureKind::Full,
            "give the stream, the account or the server more room",
        ),
        NO_PEERS => (
            FailureKind::Unavailable,
            "start as many servers with JetStream as the log is to have replicas",
        ),
        _ if error.code() == 503 => (FailureKind::Unavailable, "try again later"),
        _ => (FailureKind::Other, "expected success"),
    };
    Failure::new(kind, format!("{doing}: the server says `{text}`; {advice}"))
}

pub(crate) fn connecting(url: &str, error: async_nats::ConnectError) -> Failure {
    let kind = match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            FailureKind::Denied
        }
        ConnectErrorKind::ServerParse => FailureKind::Other,
        _ => FailureKind::Unavailable,
    };
    let advice = match kind {
        FailureKind::Denied => "check user and password in the URL, or the credentials",
        _ => "is the server there, and is this its URL?",
    };
    Failure::new(
        kind,
        format!(
            "cannot connect to `{}`: {error}; {advice}",
            without_password(url)
        ),
    )
    .because(error)
}

/// The URL without what stands before `@`.
pub(crate) fn without_password(url: &str) -> String {
    let one = |url: &str| match url.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            let dots = if scheme.is_empty() { "" } else { "://" };
            format!("{scheme}{dots}{host}")
        }
        None => url.to_owned(),
    };
    url.split(',').map(one).collect::<Vec<_>>().join(",")
}

pub(crate) fn unavailable(doing: &str, limit: Duration, why: impl Display) -> Failure {
    Failure::new(
        FailureKind::Unavailable,
        format!(
            "{doing}: no answer within {limit:?}, {why}; is the server there, and has the stream a leader?"
        ),
    )
}

pub(crate) fn denied(doing: &str, words: &str) -> Failure {
    Failure::new(
        FailureKind::Denied,
        format!("{doing}: the server says `{words}`; give the user this right"),
    )
}

pub(crate) fn unknown(doing: &str, why: impl Display) -> Failure {
    Failure::new(
        FailureKind::OutcomeUnknown,
        format!(
            "{doing}: {why} after the message was sent; it may be recorded or not, ask again with the same command id to settle it"
        ),
    )
}

pub(crate) fn corrupt(found: impl Display) -> Failure {
    Failure::new(FailureKind::Corrupt, found.to_string())
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_not_told() {
        for (url, shown) in [
            ("nats://bank:secret@host:4222", "nats://host:4222"),
            ("nats://a:b@one,nats://c:d@two", "nats://one,nats://two"),
            ("token@host", "host"),
            ("host:4222", "host:4222"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}

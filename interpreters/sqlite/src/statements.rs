use lawful::Uuid;
use rusqlite::{Connection, Statement};

/// What the writer does, prepared once.
pub(crate) struct Statements<'c> {
    pub(crate) begin: Statement<'c>,
    pub(crate) commit: Statement<'c>,
    pub(crate) last: Statement<'c>,
    pub(crate) stream: Statement<'c>,
    pub(crate) new_stream: Statement<'c>,
    pub(crate) move_stream: Statement<'c>,
    pub(crate) event: Statement<'c>,
    pub(crate) outcome: Statement<'c>,
    pub(crate) command: Statement<'c>,
    pub(crate) snapshot: Statement<'c>,
}

/// The number and version of a stream.
pub(crate) const STREAM: &str =
    "SELECT id, version FROM streams WHERE uuid = ?1 AND aggregate = ?2";

/// What became of a command of a stream.
pub(crate) const OUTCOME: &str =
    "SELECT payload, version, events, position FROM commands WHERE stream = ?1 AND command_id = ?2";

impl<'c> Statements<'c> {
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Statements {
            // A deferred transaction that reads first cannot wait for the lock later.
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            last: connection.prepare(
                "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1",
            )?,
            stream: connection.prepare(STREAM)?,
            new_stream: connection
                .prepare("INSERT INTO streams (uuid, aggregate, version) VALUES (?1, ?2, ?3)")?,
            move_stream: connection.prepare("UPDATE streams SET version = ?2 WHERE id = ?1")?,
            event: connection.prepare(
                "INSERT INTO events (position, stream, version, type, schema_version, data, event_id, command_id, correlation_id, \
                 causation_id, recorded_at, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?,
            outcome: connection.prepare(OUTCOME)?,
            command: connection.prepare(
                "INSERT INTO commands (stream, command_id, payload, version, events, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            snapshot: connection.prepare(
                "INSERT INTO snapshots (stream, version, fingerprint, data) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (stream) DO UPDATE SET version = ?2, fingerprint = ?3, data = ?4 \
                 WHERE version <= ?2 OR fingerprint <> ?3",
            )?,
        })
    }
}

/// Room for a UUID as text.
pub(crate) type Text = [u8; 36];

/// Room that was not used yet.
pub(crate) const EMPTY: Text = [0; 36];

/// The UUID as it stands in the file: lower case, with hyphens.
pub(crate) fn text(uuid: Uuid, room: &mut Text) -> &str {
    uuid.hyphenated().encode_lower(room)
}

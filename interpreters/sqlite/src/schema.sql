-- The tables of schema version 1. Everything is meant to be read with the sqlite3 shell; the view `history` is the short way.

-- What the file is: `identity` (which log the positions belong to), `created_at`.
CREATE TABLE lawful (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for each aggregate root; its stream is called `aggregate-uuid`.
CREATE TABLE streams (
    id        INTEGER PRIMARY KEY,
    aggregate TEXT NOT NULL,
    uuid      TEXT NOT NULL,
    version   INTEGER NOT NULL,
    UNIQUE (uuid, aggregate)
) STRICT;

-- One row for each event. There is one writer at a time, so the order of positions is the order of commits, without gaps.
-- An event id is made from the stream, the command id and the event's place in the command, so it is unique as long as command ids are:
-- those that callers choose are the key of `commands`, the others are fresh. An index that says so again would nearly double the work
-- of an append, because its entries come in random order. Whoever wants it, or looks events up by id:
-- CREATE UNIQUE INDEX events_by_id ON events (event_id);
CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    stream         INTEGER NOT NULL REFERENCES streams (id),
    version        INTEGER NOT NULL,
    type           TEXT NOT NULL,    -- `account.deposited`
    schema_version INTEGER NOT NULL,
    data           TEXT NOT NULL,    -- JSON
    event_id       TEXT NOT NULL,
    command_id     TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    causation_id   TEXT,
    recorded_at    INTEGER NOT NULL, -- microseconds since 1970
    metadata       TEXT,             -- JSON: names and texts
    UNIQUE (stream, version)
) STRICT;

-- What became of each accepted command whose id the caller chose.
CREATE TABLE commands (
    stream     INTEGER NOT NULL REFERENCES streams (id),
    command_id TEXT NOT NULL,
    payload    TEXT NOT NULL,    -- a digest
    version    INTEGER NOT NULL, -- of the stream, after the command
    events     INTEGER NOT NULL, -- how many it recorded
    position   INTEGER NOT NULL, -- on its receipt
    PRIMARY KEY (stream, command_id)
) STRICT, WITHOUT ROWID;

-- Kept states. A cache: it may be emptied at any time.
CREATE TABLE snapshots (
    stream      INTEGER PRIMARY KEY REFERENCES streams (id),
    version     INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    data        TEXT NOT NULL     -- JSON
) STRICT;

-- Events are final. The one way in is for what the law wants erased, and it leaves a trace. (What stands inside the brackets is
-- shown by `.schema door`.)
CREATE TABLE door (
    -- BEGIN IMMEDIATE;
    -- INSERT INTO door (reason) VALUES ('erasure request 17');
    -- UPDATE events SET data = json_set(data, '$.owner', 'erased') WHERE position = 42;
    -- DELETE FROM snapshots;
    -- UPDATE door SET closed_at = datetime('now') WHERE closed_at IS NULL;
    -- COMMIT;
    -- VACUUM;
    -- Rows are never deleted: versions and positions have no gaps, and a gap is reported as a corrupt log.
    id        INTEGER PRIMARY KEY,
    reason    TEXT NOT NULL,
    opened_at TEXT NOT NULL DEFAULT (datetime('now')),
    closed_at TEXT
) STRICT;

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
WHEN NOT EXISTS (SELECT 1 FROM door WHERE closed_at IS NULL)
BEGIN
    SELECT raise(ABORT, 'events are final; to erase personal data open the door: see `.schema door`');
END;

CREATE TRIGGER events_keep_their_place BEFORE UPDATE OF position, stream, version, event_id, recorded_at ON events
BEGIN
    SELECT raise(ABORT, 'an event keeps its place, its id and its time');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT raise(ABORT, 'events are never deleted; to erase personal data open the door: see `.schema door`');
END;

-- For people: SELECT * FROM history WHERE stream LIKE 'account-%';
CREATE VIEW history AS
SELECT
    position,
    aggregate || '-' || uuid AS stream,
    events.version,
    type,
    data,
    strftime('%Y-%m-%dT%H:%M:%S', recorded_at / 1000000, 'unixepoch') || printf('.%06dZ', recorded_at % 1000000) AS recorded_at,
    event_id,
    command_id,
    correlation_id,
    causation_id,
    metadata
FROM events JOIN streams ON streams.id = events.stream;

//! What people see with the sqlite3 shell.

use crate::domain::{Folder, append, batch, chosen, note, noted, texts};
use lawful::Timestamp;
use lawful::log::EventLog;

#[tokio::test]
async fn history_reads_like_a_history() {
    let folder = Folder::new();
    let log = folder
        .log_with(|options| options.clock(|| Timestamp::from_micros(1_790_000_000_000_007)))
        .await;
    log.append(chosen(note(1), 0, 5_u128, [noted("one")]))
        .await
        .unwrap();
    let row = folder.text(
        "SELECT concat_ws(' | ', position, stream, version, type, data, recorded_at, command_id) FROM history",
    );
    assert_eq!(
        row,
        "1 | note-00000000-0000-0000-0000-000000000001 | 1 | note.noted | {\"text\":\"one\"} | 2026-09-21T14:13:20.000007Z | \
         00000000-0000-0000-0000-000000000005"
    );
    let row = folder.text(
        "SELECT concat_ws(' | ', command_id, payload, version, events, position) FROM commands",
    );
    assert_eq!(
        row,
        "00000000-0000-0000-0000-000000000005 | 00000000-0000-0000-0000-000000d1ce57 | 1 | 1 | 1"
    );
}

#[tokio::test]
async fn events_are_final() {
    let folder = Folder::new();
    let log = folder.log().await;
    append(&log, note(1), 0, "one").await;
    for sql in [
        "UPDATE events SET data = '{}'",
        "UPDATE events SET version = 7",
        "DELETE FROM events",
    ] {
        let error = folder.connection().execute_batch(sql).unwrap_err();
        assert!(error.to_string().contains("event"), "{error}");
    }
    assert_eq!(texts(&log, note(1)).await, ["one"]);
}

#[tokio::test]
async fn personal_data_can_be_erased_through_the_door_and_leaves_a_trace() {
    let folder = Folder::new();
    let log = folder.log().await;
    let both = [noted("Ada lives in London"), noted("kept")];
    log.append(batch(note(1), 0, both)).await.unwrap();
    folder.shell(
        "BEGIN IMMEDIATE;
         INSERT INTO door (reason) VALUES ('erasure request 17');
         UPDATE events SET data = json_set(data, '$.text', 'erased') WHERE position = 1;
         DELETE FROM snapshots;
         UPDATE door SET closed_at = datetime('now') WHERE closed_at IS NULL;
         COMMIT;",
    );
    assert_eq!(texts(&log, note(1)).await, ["erased", "kept"]);
    assert_eq!(
        folder.number("SELECT count(*) FROM door WHERE reason = 'erasure request 17'"),
        1
    );
    // The door is closed again, and even an open one lets nobody change an event's place.
    let shell = folder.connection();
    assert!(
        shell
            .execute_batch("UPDATE events SET data = '{}'")
            .is_err()
    );
    let moving =
        "INSERT INTO door (reason) VALUES ('x'); UPDATE events SET version = 9 WHERE position = 1";
    assert!(shell.execute_batch(moving).is_err());
    assert!(shell.execute_batch("DELETE FROM events").is_err());
}

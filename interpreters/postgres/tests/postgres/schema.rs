//! The tables: made once, refused where they are newer, append-only with one door.

use crate::domain::{batch, chosen, jot, note, noted, texts};
use crate::server::{Log, Place, number};
use lawful::FailureKind;
use lawful::log::{EventLog, Snapshot};
use lawful_postgres::PostgresOptions;
use tokio_postgres::Client;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_processes_start_together_the_log_is_made_once() {
    let Some(place) = Place::new() else { return };
    let opening = (0..8).map(|_| tokio::spawn(Log::open(place.options())));
    let mut identities = Vec::new();
    for log in opening.collect::<Vec<_>>() {
        identities.push(log.await.expect("no panic").expect("it opens").identity());
    }
    identities.dedup();
    assert_eq!(identities.len(), 1);
    let client = place.client().await;
    assert_eq!(number(&client, "SELECT count(*) FROM migrations").await, 1);
    assert_eq!(number(&client, "SELECT count(*) FROM log").await, 1);
}

#[tokio::test]
async fn two_schemas_are_two_logs() {
    let (Some(one), Some(two)) = (Place::new(), Place::new()) else {
        return;
    };
    let (one, two) = (one.open().await, two.open().await);
    assert_ne!(one.identity(), two.identity());
    let position = jot(&one, note(1), 0, "one")
        .await
        .expect("it appends")
        .positions[0];
    assert!(texts(&two).await.is_empty());
    let foreign = two
        .read_all(position, 10)
        .await
        .expect_err("it is another log's");
    assert_eq!(*foreign.kind(), FailureKind::ForeignPosition);
    assert_eq!(
        *two.news(position)
            .await
            .expect_err("it is another log's")
            .kind(),
        FailureKind::ForeignPosition
    );
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let Some(place) = Place::new() else { return };
    drop(place.open().await);
    place
        .client()
        .await
        .batch_execute("INSERT INTO migrations (version) VALUES (7)")
        .await
        .expect("it is put in");
    let refused = Log::open(place.options()).await.expect_err("it is newer");
    assert_eq!(*refused.kind(), FailureKind::NewerSchema);
    assert!(
        refused
            .to_string()
            .contains("has version 7, and this release knows versions up to 1"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_schema_with_other_tables_is_no_log_and_stays_as_it_is() {
    let Some(place) = Place::new() else { return };
    let client = crate::server::connect(&place.url).await;
    let theirs = format!(
        "CREATE SCHEMA {0}; CREATE TABLE {0}.events (mine int)",
        place.schema
    );
    client.batch_execute(&theirs).await.expect("it is made");
    let refused = Log::open(place.options()).await.expect_err("it is no log");
    assert_eq!(*refused.kind(), FailureKind::NotALog, "{refused}");
    let tables = format!(
        "SELECT count(*) FROM pg_tables WHERE schemaname = '{}'",
        place.schema
    );
    assert_eq!(number(&client, &tables).await, 1);
}

#[tokio::test]
async fn a_name_that_could_be_more_than_a_name_is_refused() {
    for name in [
        "",
        "a b",
        "a\"; DROP TABLE b; --",
        "Upper",
        "1st",
        "pg_mine",
        "information_schema",
        &"a".repeat(49),
    ] {
        let options = PostgresOptions::new("postgres://nobody@127.0.0.1:1/x").schema(name);
        let refused = Log::open(options).await.expect_err("it is no name");
        assert!(
            refused
                .to_string()
                .contains("cannot be the schema of a log"),
            "{refused}"
        );
    }
    // A word of SQL is a name like any other.
    let Some(place) = Place::new() else { return };
    let log = Log::open(place.options().schema("order"))
        .await
        .expect("it opens");
    let (version, _) = log.version(note(1)).await.expect("it reads");
    jot(&log, note(1), version, "one")
        .await
        .expect("it appends");
}

/// What the server says to a statement that it must refuse.
async fn refused(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err("it is refused");
    error
        .as_db_error()
        .expect("the server refuses it")
        .message()
        .to_owned()
}

#[tokio::test]
async fn history_cannot_be_changed_and_whoever_tries_is_told() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    log.append(batch(note(1), 0, chosen(1, [noted("one")])))
        .await
        .expect("it appends");
    let client = place.client().await;
    for (sql, table, act) in [
        ("UPDATE events SET data = '{}'", "events", "UPDATE"),
        ("DELETE FROM events", "events", "DELETE"),
        ("TRUNCATE events CASCADE", "events", "TRUNCATE"),
        ("UPDATE commands SET version = 9", "commands", "UPDATE"),
        ("DELETE FROM commands", "commands", "DELETE"),
        ("TRUNCATE commands", "commands", "TRUNCATE"),
        // The door is for data, not for history.
        (
            "SET LOCAL lawful.erase TO 'why not'; UPDATE events SET version = 2",
            "events",
            "UPDATE",
        ),
    ] {
        let said = refused(&client, sql).await;
        assert_eq!(
            said,
            format!(
                "table {}.{table} is append-only: {act} is refused",
                place.schema
            )
        );
    }
    assert_eq!(texts(&log).await, ["one"]);
}

#[tokio::test]
async fn personal_data_leaves_through_a_door_that_is_written_down() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    jot(&log, note(1), 0, "Ada lives in London")
        .await
        .expect("it appends");
    jot(&log, note(1), 1, "two").await.expect("it appends");
    let kept = Snapshot {
        fingerprint: "f".to_owned(),
        version: 1,
        data: "Ada".to_owned(),
    };
    log.keep_snapshot(note(1), kept).await.expect("it is kept");
    let client = place.client().await;
    assert_eq!(
        refused(&client, "SELECT erase(1, '{}', '')").await,
        "an erasure needs a reason"
    );
    assert_eq!(
        refused(&client, "SELECT erase(9, '{}', 'asked to')").await,
        "there is no event at position 9"
    );
    client
        .batch_execute(r#"SELECT erase(1, '{"text":"(erased)"}', 'Ada asked us to')"#)
        .await
        .expect("it is erased");
    assert_eq!(texts(&log).await, ["(erased)", "two"]);
    let written = client
        .query_one("SELECT position, reason, erased_by FROM erasures", &[])
        .await
        .expect("one row");
    assert_eq!(
        (
            written.get::<_, i64>(0),
            written.get::<_, &str>(1),
            written.get::<_, &str>(2)
        ),
        (1, "Ada asked us to", "postgres")
    );
    assert_eq!(log.snapshot(note(1), "f", 9).await.expect("it reads"), None);
    // The door is closed behind it.
    let said = refused(&client, "UPDATE events SET data = '{}'").await;
    assert!(said.contains("append-only"), "{said}");
}

#[tokio::test]
async fn tables_of_the_same_name_elsewhere_are_not_taken_for_ours() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    let hostile = Place::new().expect("there is a server");
    let client = crate::server::connect(&place.url).await;
    let theirs = format!(
        "CREATE SCHEMA {0}; CREATE TABLE {0}.events AS TABLE {1}.events; CREATE TABLE {0}.commands AS TABLE {1}.commands;
         SET search_path TO {0}, {1}", hostile.schema, place.schema
    );
    client.batch_execute(&theirs).await.expect("it is made");
    client.batch_execute(&format!(
        "SELECT {}.append('{{1}}', '{{note}}', ARRAY[gen_random_uuid()], '{{0}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}',
            '{{1}}', '{{1}}', '{{note.noted}}', '{{2}}', ARRAY['{{\"text\":\"by hand\"}}'::jsonb], ARRAY[gen_random_uuid()],
            ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()], ARRAY[NULL::uuid], ARRAY[NULL::jsonb], '{{NULL}}', '{{NULL}}', false)", place.schema
    )).await.expect("it appends");
    assert_eq!(texts(&log).await, ["by hand"]);
    // Nor does a path in the URL lead the log astray.
    let url = format!("{}?options=-csearch_path%3D{}", place.url, hostile.schema);
    let log = Log::open(PostgresOptions::new(url).schema(&place.schema))
        .await
        .expect("it opens");
    jot(&log, note(1), 0, "two").await.expect("it appends");
    assert_eq!(texts(&log).await, ["by hand", "two"]);
}

#[tokio::test]
async fn a_row_that_is_missing_or_wrong_is_an_error_and_never_a_short_history() {
    let Some(place) = Place::new() else { return };
    let log = place.open().await;
    for version in 0..3 {
        jot(&log, note(1), version, "text")
            .await
            .expect("it appends");
    }
    let client = place.client().await;
    client.batch_execute("ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET type = 'note.unheard_of' WHERE version = 2").await.expect("it is changed");
    let origin = lawful::Position::origin(log.identity());
    let undecodable = "event 2 of stream `note-00000000-0000-0000-0000-000000000001`, type `note.unheard_of`, schema version 2, cannot be decoded";
    for failure in [
        log.read_stream(note(1), 0, 10)
            .await
            .expect_err("it is unknown"),
        log.read_all(origin, 10).await.expect_err("it is unknown"),
    ] {
        assert_eq!(*failure.kind(), FailureKind::Undecodable);
        assert!(failure.to_string().starts_with(undecodable), "{failure}");
    }
    client
        .batch_execute("DELETE FROM events WHERE version = 2")
        .await
        .expect("it is removed");
    for failure in [
        log.read_stream(note(1), 0, 10)
            .await
            .expect_err("one is missing"),
        log.read_all(origin, 10).await.expect_err("one is missing"),
    ] {
        assert_eq!(*failure.kind(), FailureKind::Corrupt);
        assert!(
            failure
                .to_string()
                .contains("holds event 3 where event 2 belongs"),
            "{failure}"
        );
    }
}

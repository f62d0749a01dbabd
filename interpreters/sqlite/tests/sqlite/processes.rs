//! Several processes on one file.

use crate::child;
use crate::domain::{Folder, Log, note, texts};
use lawful::log::{EventLog, Position};
use std::collections::HashSet;

const PROCESSES: u128 = 4;
const TASKS: u128 = 3;
const EACH: u64 = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_race_for_one_stream_and_keep_their_own() {
    if let Some((number, options)) = child::task() {
        let number: u128 = number.parse().unwrap();
        let log = Log::open(options).await.unwrap();
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let log = log.clone();
                tokio::spawn(async move {
                    let own = note(100 + 10 * number + task);
                    child::append_own(&log, own, EACH).await;
                    for turn in 0..EACH {
                        child::append_contended(&log, note(1), &format!("{number} {task} {turn}"))
                            .await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        return;
    }
    let folder = Folder::new();
    let test = "processes::processes_race_for_one_stream_and_keep_their_own";
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| {
            let mut command = child::command(test, &number.to_string(), &folder.file());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let log = folder.log().await;
    let raced = texts(&log, note(1)).await;
    let distinct: HashSet<_> = raced.iter().collect();
    let expected = usize::try_from(PROCESSES * TASKS * u128::from(EACH)).unwrap();
    assert_eq!((raced.len(), distinct.len()), (expected, expected));
    for number in 0..PROCESSES {
        for task in 0..TASKS {
            // The turns of one task are in order, and its own stream is whole.
            let prefix = format!("{number} {task} ");
            let turns: Vec<_> = raced
                .iter()
                .filter_map(|text| text.strip_prefix(&prefix))
                .collect();
            let order: Vec<_> = (0..EACH).map(|turn| turn.to_string()).collect();
            assert_eq!(turns, order);
            assert_eq!(texts(&log, note(100 + 10 * number + task)).await, order);
        }
    }
    let all = log
        .read_all(Position::origin(log.identity()), usize::MAX)
        .await
        .unwrap();
    assert_eq!(all.entries.len(), 2 * expected);
    assert!(
        all.entries
            .windows(2)
            .all(|pair| pair[0].recorded_at <= pair[1].recorded_at)
    );
    assert_eq!(folder.text("PRAGMA integrity_check"), "ok");
}

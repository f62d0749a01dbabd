//! Kill -9 at random moments.

use crate::child;
use crate::domain::{Fact, Folder, Log, batch, note, noted};
use lawful::log::{AppendError, AtomicLog, EventLog, Position};
use std::collections::HashMap;
use std::io::Read;
use std::time::{Duration, Instant};

const KILLS: u64 = 200;
/// A fresh file after so many, so that the making of a file is interrupted too and reading stays short.
const FILE_LASTS: u64 = 20;
const TASKS: u128 = 4;
const SHARED: u128 = 99;

/// Random numbers that can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// The child: several tasks that append batches of several events, to streams of their own and to a shared one, and say so after each
/// acknowledgement: `stream label events`. Every event carries its batch's label, its number and how many there are.
async fn append_until_killed(run: String, options: lawful_sqlite::SqliteOptions) {
    let log = Log::open(options).await.unwrap();
    child::say("open");
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| tokio::spawn(append_for_ever(log.clone(), run.clone(), task)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn append_for_ever(log: Log, run: String, task: u128) {
    let (mut version, _) = log.version(note(task)).await.unwrap();
    for number in 0_u64.. {
        let label = format!("{run}.{task}.{number}");
        let count = 1 + number % 3;
        let parts = || (0..count).map(|part| noted(format!("{label} {part} {count}")));
        let own = batch(note(task), version, parts());
        let (appended, others) = if number % 5 == 4 {
            // Two streams in one transaction.
            let (shared, _) = log.version(note(SHARED)).await.unwrap();
            let both = vec![own, batch(note(SHARED), shared, parts())];
            match log.append_all(both, vec![]).await {
                Err(AppendError::Conflict { stream, .. }) if stream == note(SHARED) => continue,
                answer => (answer.map(drop), format!(" {SHARED}")),
            }
        } else {
            (log.append(own).await.map(drop), String::new())
        };
        match appended {
            Ok(()) => child::say(&format!("{task} {label} {count}{others}")),
            Err(error) => return child::say(&format!("broken {label}: {error:?}")),
        }
        version += count;
    }
}

/// What was acknowledged in the life of one file: label, and the streams that must have it.
type Acknowledged = HashMap<String, Vec<u128>>;

/// Starts a child, kills it at the moment given (from its start, or from when it has the file open) and returns what it said.
fn run_and_kill(folder: &Folder, run: u64, from_start: bool, moment: Duration) -> Vec<String> {
    let test = "crash::what_was_acknowledged_survives_kill_nine";
    let mut child = child::command(test, &run.to_string(), &folder.file())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut output = Vec::new();
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut part) {
            output.extend_from_slice(&part[..length]);
            if output.windows(9).any(|text| text == b"said open") {
                let _ = tell.send(());
            }
        }
        output
    });
    if !from_start {
        told.recv_timeout(Duration::from_mins(1)).expect("opened");
    }
    let since = Instant::now();
    while since.elapsed() < moment {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    child::said(&reader.join().unwrap())
}

async fn check(folder: &Folder, acknowledged: &Acknowledged, hint: &str) {
    let log = folder.log().await;
    let origin = Position::origin(log.identity());
    let all = log.read_all(origin, usize::MAX).await.unwrap();
    // Each stream: whole batches, one after the other.
    let mut found: HashMap<(u128, String), u64> = HashMap::new();
    for stream in (0..TASKS).chain([SHARED]) {
        let page = log.read_stream(note(stream), 0, usize::MAX).await.unwrap();
        let mut expected: Option<(String, u64, u64)> = None;
        let mut order: HashMap<(String, String), u64> = HashMap::new();
        for entry in &page.entries {
            let Fact::Noted(text) = &entry.event else {
                panic!("{hint}: {entry:?}");
            };
            let words: Vec<_> = text.split(' ').collect();
            let [label, part, count] = words[..] else {
                panic!("{hint}: {text}");
            };
            let (part, count): (u64, u64) = (part.parse().unwrap(), count.parse().unwrap());
            // What one task appended in one run is in order.
            let number: u64 = label.rsplit_once('.').unwrap().1.parse().unwrap();
            let (run, task) = (
                words[0].split('.').next().unwrap(),
                words[0].split('.').nth(1).unwrap(),
            );
            let last = order.entry((run.to_owned(), task.to_owned())).or_default();
            assert!(*last <= number, "{hint}: {label} after {last}");
            *last = number;
            let due = expected.take().unwrap_or((label.to_owned(), 0, count));
            assert_eq!((label.to_owned(), part, count), due, "{hint}");
            if part + 1 < count {
                expected = Some((label.to_owned(), part + 1, count));
            }
            *found.entry((stream, label.to_owned())).or_default() += 1;
        }
        assert_eq!(expected, None, "{hint}: half a batch in stream {stream}");
    }
    let events: u64 = found.values().sum();
    assert_eq!(events, all.entries.len() as u64, "{hint}");
    for ((stream, label), count) in &found {
        let number: u64 = label.rsplit_once('.').unwrap().1.parse().unwrap();
        assert_eq!(*count, 1 + number % 3, "{hint}: {label} in {stream}");
        if number % 5 == 4 {
            // Both streams or none, acknowledged or not.
            let task = label.split('.').nth(1).unwrap().parse().unwrap();
            assert!(found.contains_key(&(task, label.clone())), "{hint}");
            assert!(found.contains_key(&(SHARED, label.clone())), "{hint}");
        }
    }
    for (label, streams) in acknowledged {
        for stream in streams {
            assert!(
                found.contains_key(&(*stream, label.clone())),
                "{hint}: {label} was acknowledged and is not in {stream}"
            );
        }
    }
    drop(log);
    assert_eq!(folder.text("PRAGMA integrity_check"), "ok", "{hint}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_nine() {
    if let Some((run, options)) = child::task() {
        append_until_killed(run, options).await;
        return;
    }
    let seed = std::env::var("LAWFUL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_124);
    println!("LAWFUL_SEED={seed}");
    let mut chance = Chance(seed);
    let mut folder = Folder::new();
    let mut acknowledged = Acknowledged::new();
    let mut total = 0;
    for run in 0..KILLS {
        let fresh = run % FILE_LASTS == 0;
        if fresh {
            folder = Folder::new();
            acknowledged.clear();
        }
        // Some in the middle of opening, and of making, the file.
        let from_start = fresh || run % FILE_LASTS == 1;
        let moment = if from_start {
            Duration::from_micros(chance.below(20_000))
        } else {
            Duration::from_micros(chance.below(60_000))
        };
        for line in run_and_kill(&folder, run, from_start, moment) {
            assert!(
                !line.starts_with("broken"),
                "LAWFUL_SEED={seed}, {run}: {line}"
            );
            let words: Vec<_> = line.split(' ').collect();
            if let [stream, label, _, others @ ..] = &words[..] {
                let streams = std::iter::once(stream)
                    .chain(others)
                    .map(|stream| stream.parse().unwrap())
                    .collect();
                let twice = acknowledged.insert((*label).to_owned(), streams);
                assert_eq!(twice, None);
                total += 1;
            }
        }
        let hint = format!("LAWFUL_SEED={seed}, kill {run} after {moment:?}");
        check(&folder, &acknowledged, &hint).await;
    }
    println!("{total} acknowledged in {KILLS} runs");
    assert!(total > KILLS, "{total}");
}

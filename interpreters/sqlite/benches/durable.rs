//! Durable appends against what SQLite can do by itself: the same row inserted without a log around it, in the same run, turn and turn
//! about, because disks are moody. `cargo bench -p lawful-sqlite [-- FOLDER]`; the folder decides which disk is measured.

#![allow(missing_docs, reason = "a program")]

use lawful::log::{Batch, EventLog, StreamId, Submission, Undecodable};
use lawful::{Few, Payload, Uuid};
use lawful_sqlite::{Durability, SqliteLog, SqliteOptions};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
const TURN: Duration = Duration::from_millis(400);
const TASKS: u128 = 32;

#[derive(Debug, Clone, PartialEq)]
struct Deposited {
    amount: i64,
}

impl Payload for Deposited {
    const AGGREGATES: &'static [&'static str] = &["account"];

    fn aggregate(&self) -> &'static str {
        "account"
    }

    fn name(&self) -> &'static str {
        "deposited"
    }

    fn schema_version(&self) -> u32 {
        1
    }

    fn encode(&self) -> serde_json::Result<String> {
        Ok(format!("{{\"amount\":{}}}", self.amount))
    }

    fn decode(_: &str, _: &str, _: u32, data: &str) -> Result<Self, Undecodable> {
        let value: serde_json::Value =
            serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))?;
        let amount = value["amount"].as_i64().unwrap_or_default();
        Ok(Deposited { amount })
    }
}

/// The same table, and nothing around it.
struct Bare {
    connection: Connection,
    next: i64,
}

impl Bare {
    fn open(path: &Path, durability: Durability) -> Self {
        let connection = Connection::open(path).expect("opened");
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .expect("set");
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection
            .pragma_update(None, "synchronous", synchronous)
            .expect("set");
        connection
            .pragma_update(None, "foreign_keys", false)
            .expect("set");
        connection
            .execute_batch(include_str!("../src/schema.sql"))
            .expect("made");
        Bare {
            connection,
            next: 1,
        }
    }

    /// Rows per second, so many in one transaction.
    fn run(&mut self, together: usize) -> f64 {
        rate(|| {
            if together > 1 {
                self.connection
                    .execute_batch("BEGIN IMMEDIATE")
                    .expect("begun");
            }
            for _ in 0..together {
                self.insert();
            }
            if together > 1 {
                self.connection.execute_batch("COMMIT").expect("committed");
            }
            together
        })
    }

    fn insert(&mut self) {
        let id = Uuid::new_v4().to_string();
        let mut insert = self
            .connection
            .prepare_cached(
                "INSERT INTO events (position, stream, version, type, schema_version, data, event_id, command_id, \
                 correlation_id, causation_id, recorded_at, metadata) VALUES (?1, 1, ?1, ?2, 1, ?3, ?4, ?4, ?4, NULL, ?5, NULL)",
            )
            .expect("prepared");
        let now = 1_790_000_000_000_000 + self.next;
        insert
            .execute(params![
                self.next,
                "account.deposited",
                "{\"amount\":50}",
                id,
                now
            ])
            .expect("inserted");
        self.next += 1;
    }
}

/// Events per second of one task after the other's answer.
async fn one_task(log: &SqliteLog<Deposited>) -> f64 {
    let stream = StreamId {
        aggregate: "account",
        id: Uuid::new_v4(),
    };
    let (mut version, start) = (0, Instant::now());
    while start.elapsed() < TURN {
        let batch = Batch {
            stream,
            expected: version,
            commands: Few::One(deposit()),
        };
        log.append(batch).await.expect("appended");
        version += 1;
    }
    per_second(version, start)
}

/// Events per second of several tasks, each with a stream of its own.
async fn many_tasks(log: &SqliteLog<Deposited>) -> f64 {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move { one_task(&log).await * start.elapsed().as_secs_f64() })
        })
        .collect();
    let mut events = 0.0;
    for task in tasks {
        events += task.await.expect("ran");
    }
    events / start.elapsed().as_secs_f64()
}

fn deposit() -> Submission<Deposited> {
    let id = Uuid::new_v4();
    Submission {
        id: id.into(),
        chosen: None,
        events: Few::One(Deposited { amount: 50 }),
        correlation: id,
        causation: None,
        metadata: None,
    }
}

fn rate(mut step: impl FnMut() -> usize) -> f64 {
    let (mut done, start) = (0, Instant::now());
    while start.elapsed() < TURN {
        done += step();
    }
    per_second(done as u64, start)
}

#[allow(clippy::cast_precision_loss, reason = "a rate for people")]
fn per_second(count: u64, start: Instant) -> f64 {
    count as f64 / start.elapsed().as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join(format!("lawful-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the files");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    for durability in [Durability::Full, Durability::Normal] {
        runtime.block_on(measure(&folder, durability));
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

async fn measure(folder: &Path, durability: Durability) {
    let mut bare = Bare::open(&folder.join(format!("bare-{durability:?}.db")), durability);
    let options = SqliteOptions::new(folder.join(format!("log-{durability:?}.db")));
    let log = SqliteLog::open(options.durability(durability))
        .await
        .expect("opened");
    let mut rates = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        rates[0].push(bare.run(1));
        rates[1].push(one_task(&log).await);
        rates[2].push(bare.run(100));
        rates[3].push(many_tasks(&log).await);
    }
    let [single, one, hundred, many] = rates.map(|mut each| median(&mut each));
    println!("{durability:?}, events per second, medians of {ROUNDS} rounds");
    println!("  one row a transaction, bare {single:>9.0}");
    println!(
        "  one task                    {one:>9.0}  {:.2}",
        one / single
    );
    println!("  100 rows a transaction, bare{hundred:>9.0}");
    println!(
        "  {TASKS} tasks                    {many:>9.0}  {:.2}",
        many / hundred
    );
}

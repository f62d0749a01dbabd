//! How close the log comes to statements written by hand, as ratios in one run: `cargo bench -p lawful-postgres`.
//!
//! Machines differ and disks are noisy, so the two sides of each ratio take turns, and the median of the rounds is printed.

use lawful::log::{Batch, EventLog, StreamId, Submission};
use lawful::prelude::*;
use lawful::{Few, Uuid};
use lawful_postgres::{Postgres, PostgresLog, PostgresOptions};
use lawful_servers::Postgres as Server;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio_postgres::{Client, NoTls, Statement};

/// A current account.
#[state]
pub struct Account {
    open: bool,
    balance: i64,
}

#[aggregate]
impl Account {
    /// The account was opened.
    #[event]
    fn opened(&mut self) {
        self.open = true;
    }

    /// Money came in.
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// the account is open
    #[rule]
    fn is_open(&self) -> bool {
        self.open
    }

    /// Opens the account.
    #[command(requires(not(is_open)))]
    fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    /// Pays money in.
    #[command(requires(is_open))]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

/// Retail banking.
#[domain(aggregates(Account))]
pub struct Bank;

type BankPayload = <Bank as lawful::Domain>::Event;

const ROUNDS: usize = 5;
const LOADED: u32 = 10_000;
const REPLAYED: usize = 100_000;

/// What one writes without a library: a table, and one statement that appends under a condition.
struct ByHand {
    client: Client,
    append: Statement,
    load: Statement,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS by_hand (
    position bigserial PRIMARY KEY, stream uuid NOT NULL, version bigint NOT NULL, type text NOT NULL, data jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(), UNIQUE (stream, version))";

impl ByHand {
    async fn new(url: &str) -> Self {
        let (client, mut connection) = tokio_postgres::connect(url, NoTls)
            .await
            .expect("the server answers");
        tokio::spawn(async move {
            while poll_fn(|ctx| connection.poll_message(ctx)).await.is_some() {}
        });
        client
            .batch_execute(TABLE)
            .await
            .expect("the table is made");
        let append = "INSERT INTO by_hand (stream, version, type, data)
            SELECT $1, $2::bigint, 'account.deposited', $3::text::jsonb
            WHERE (SELECT coalesce(max(version), 0) FROM by_hand WHERE stream = $1) = $2::bigint - 1
            ON CONFLICT (stream, version) DO NOTHING";
        let load = "SELECT version, type, data::text FROM by_hand WHERE stream = $1 AND version > $2 ORDER BY version";
        ByHand {
            append: client.prepare(append).await.expect("it is a statement"),
            load: client.prepare(load).await.expect("it is a statement"),
            client,
        }
    }

    /// Whether the stream was at the version before.
    async fn append(&self, stream: Uuid, version: i64) -> bool {
        let added = self
            .client
            .execute(&self.append, &[&stream, &version, &r#"{"amount":1}"#])
            .await;
        added.expect("the server answers") == 1
    }

    /// The state and version, from all events after a version; the two-trip loop reads the tail only.
    async fn load(&self, stream: Uuid, mut balance: i64, mut version: i64) -> (i64, i64) {
        let rows = self
            .client
            .query(&self.load, &[&stream, &version])
            .await
            .expect("the server answers");
        for row in rows {
            version = row.get(0);
            let event = lawful::Event::decode("deposited", 1, row.get(2));
            if let Ok(AccountEvent::Deposited { amount }) = event {
                balance += amount;
            }
        }
        (balance, version)
    }
}

/// Acts per second of `act`, done `each` times by each of so many tasks.
async fn rate<F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    act: impl Fn(usize) -> F,
    acts: usize,
) -> f64 {
    let started = Instant::now();
    let tasks = (0..tasks).map(|task| tokio::spawn(act(task)));
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no task panics");
    }
    per_second(acts, started)
}

fn per_second(acts: usize, started: Instant) -> f64 {
    let acts = u32::try_from(acts).expect("no round takes that long");
    f64::from(acts) / started.elapsed().as_secs_f64()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// One line of the report: both rates, and the ratio with its goal.
fn report(name: &str, ours: Vec<f64>, theirs: Vec<f64>, goal: f64) {
    let ratios = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs);
    let ratio = median(ratios.collect());
    let (ours, theirs) = (median(ours), median(theirs));
    println!("{name:<52} {ours:>12.0}/s against {theirs:>10.0}/s: {ratio:.2} (goal {goal})");
}

fn deposit(stream: Uuid, version: u64) -> Batch<BankPayload> {
    let id = Uuid::new_v4();
    let event = <Bank as lawful::Has<Account>>::inject(AccountEvent::deposited(1));
    Batch {
        stream: StreamId {
            aggregate: "account",
            id: stream,
        },
        expected: version,
        commands: Few::One(Submission {
            id: id.into(),
            chosen: None,
            events: Few::One(event),
            correlation: id,
            causation: None,
            metadata: None,
        }),
    }
}

async fn one_task(url: &str, log: &PostgresLog<BankPayload>) {
    const ACTS: usize = 400;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let by_hand = Arc::new(ByHand::new(url).await);
    for _ in 0..ROUNDS {
        let stream = Uuid::new_v4();
        let hand = Arc::clone(&by_hand);
        let bare = move |_| {
            let hand = Arc::clone(&hand);
            async move {
                for version in 1..=400 {
                    assert!(hand.append(stream, version).await);
                }
            }
        };
        theirs.push(rate(1, bare, ACTS).await);
        let log = log.clone();
        let port = move |_| {
            let log = log.clone();
            async move {
                for version in 0..400 {
                    log.append(deposit(stream, version))
                        .await
                        .expect("it appends");
                }
            }
        };
        ours.push(rate(1, port, ACTS).await);
    }
    report(
        "1 task: append, against one bare statement",
        ours,
        theirs,
        0.9,
    );
}

async fn many_tasks(url: &str, bank: &Postgres<Bank>) {
    const TASKS: usize = 32;
    const ACTS: usize = 100;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut hands = Vec::new();
    for _ in 0..TASKS {
        hands.push(Arc::new(ByHand::new(url).await));
    }
    for _ in 0..ROUNDS {
        let loop_by_hand = |task: usize| {
            let hand = Arc::clone(&hands[task]);
            async move {
                let (stream, mut balance, mut version) = (Uuid::new_v4(), 0, 0);
                for _ in 0..ACTS {
                    (balance, version) = hand.load(stream, balance, version).await;
                    assert!(hand.append(stream, version + 1).await);
                }
            }
        };
        theirs.push(rate(TASKS, loop_by_hand, TASKS * ACTS).await);
        let engine = |_| {
            let bank = bank.clone();
            async move {
                let id = Id::<Account>::new();
                bank.execute(id, AccountCommand::open())
                    .await
                    .expect("it opens");
                for _ in 1..ACTS {
                    bank.execute(id, AccountCommand::deposit(1))
                        .await
                        .expect("it is paid in");
                }
            }
        };
        ours.push(rate(TASKS, engine, TASKS * ACTS).await);
    }
    report(
        "32 tasks: execute, against a two-trip loop",
        ours,
        theirs,
        3.0,
    );
}

async fn one_aggregate(url: &str, bank: &Postgres<Bank>) {
    const TASKS: usize = 8;
    const ACTS: usize = 40;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut hands = Vec::new();
    for _ in 0..TASKS {
        hands.push(Arc::new(ByHand::new(url).await));
    }
    for _ in 0..ROUNDS {
        let stream = Uuid::new_v4();
        let loop_by_hand = |task: usize| {
            let hand = Arc::clone(&hands[task]);
            async move {
                let (mut balance, mut version) = (0, 0);
                for _ in 0..ACTS {
                    loop {
                        (balance, version) = hand.load(stream, balance, version).await;
                        if hand.append(stream, version + 1).await {
                            break;
                        }
                    }
                }
            }
        };
        theirs.push(rate(TASKS, loop_by_hand, TASKS * ACTS).await);
        let id = Id::<Account>::new();
        bank.execute(id, AccountCommand::open())
            .await
            .expect("it opens");
        let left = Arc::new(AtomicUsize::new(TASKS * ACTS * 10));
        let engine = |_| {
            let (bank, left) = (bank.clone(), Arc::clone(&left));
            async move {
                while left
                    .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                        left.checked_sub(1)
                    })
                    .is_ok()
                {
                    bank.execute(id, AccountCommand::deposit(1))
                        .await
                        .expect("it is paid in");
                }
            }
        };
        ours.push(rate(TASKS, engine, TASKS * ACTS * 10).await);
    }
    report(
        "8 tasks on one aggregate, against an optimistic loop",
        ours,
        theirs,
        10.0,
    );
}

async fn loading(url: &str, options: &PostgresOptions, log: &PostgresLog<BankPayload>) {
    let by_hand = ByHand::new(url).await;
    let stream = Uuid::new_v4();
    fill(log, stream, 10_000).await;
    let copy = "INSERT INTO by_hand (stream, version, type, data) SELECT stream, version, type, data FROM lawful.events WHERE stream = $1";
    by_hand
        .client
        .execute(copy, &[&stream])
        .await
        .expect("it is copied");
    by_hand
        .client
        .batch_execute("VACUUM ANALYZE")
        .await
        .expect("it is analysed");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS * 4 {
        let started = Instant::now();
        assert_eq!(
            by_hand.load(stream, 0, 0).await,
            (LOADED.into(), LOADED.into())
        );
        theirs.push(1.0 / started.elapsed().as_secs_f64());
        // Nothing is kept hot, and nothing but the connections is warm.
        let bank = Postgres::<Bank>::over(log.clone());
        let started = Instant::now();
        let loaded = bank
            .load(Id::<Account>::from_uuid(stream))
            .await
            .expect("it loads");
        ours.push(1.0 / started.elapsed().as_secs_f64());
        assert_eq!(loaded.state.balance, i64::from(LOADED));
    }
    let _ = options;
    report(
        "load 10,000 events, against a bare select",
        ours,
        theirs,
        0.67,
    );
}

async fn fill(log: &PostgresLog<BankPayload>, stream: Uuid, events: usize) {
    let mut batch = deposit(stream, 0);
    let Few::One(command) = &mut batch.commands else {
        return;
    };
    let Few::One(event) = command.events.clone() else {
        return;
    };
    command.events = std::iter::repeat_n(event, events).collect();
    log.append(batch).await.expect("it appends");
}

async fn replaying(url: &str, log: &PostgresLog<BankPayload>) {
    let by_hand = ByHand::new(url).await;
    for _ in 0..REPLAYED / 10_000 {
        fill(log, Uuid::new_v4(), 10_000).await;
    }
    by_hand
        .client
        .batch_execute("VACUUM ANALYZE")
        .await
        .expect("it is analysed");
    let select =
        "SELECT position, stream, version, type, data::text FROM lawful.events ORDER BY position";
    let select = by_hand
        .client
        .prepare(select)
        .await
        .expect("it is a statement");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let none: [&(dyn tokio_postgres::types::ToSql + Sync); 0] = [];
        let mut rows = pin!(
            by_hand
                .client
                .query_raw(&select, none)
                .await
                .expect("it streams")
        );
        let mut seen = 0;
        while let Some(row) =
            poll_fn(|ctx| futures_core::Stream::poll_next(rows.as_mut(), ctx)).await
        {
            let row = row.expect("it streams");
            let event: AccountEvent =
                lawful::Event::decode(&row.get::<_, &str>(3)[8..], 1, row.get(4))
                    .expect("it is ours");
            seen += usize::from(matches!(event, AccountEvent::Deposited { .. }));
        }
        theirs.push(per_second(seen, started));
        let started = Instant::now();
        let (mut after, mut seen) = (lawful::Position::origin(log.identity()), 0);
        loop {
            let page = log.read_all(after, 1000).await.expect("it reads");
            if page.entries.is_empty() {
                break;
            }
            after = page.next;
            seen += page.entries.len();
        }
        ours.push(per_second(seen, started));
    }
    report(
        "replay in pages, against a streamed select",
        ours,
        theirs,
        0.6,
    );
}

fn main() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = server.url("postgres");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let options = PostgresOptions::new(&url);
        let log = PostgresLog::open(options.clone()).await.expect("it opens");
        let bank = Postgres::<Bank>::over(log.clone());
        one_task(&url, &log).await;
        many_tasks(&url, &bank).await;
        one_aggregate(&url, &bank).await;
        loading(&url, &options, &log).await;
        replaying(&url, &log).await;
    });
}

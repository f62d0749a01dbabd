//! How close the log comes to a bare publish, as ratios in one run: `cargo bench -p lawful-jetstream`.
//!
//! Machines differ, so the two sides of each ratio take turns, and the median of the rounds is printed. Both do the same for the server: one
//! message on a subject of its task's own, conditional on the last one there, acknowledged.

use async_nats::jetstream::{self, Context};
use async_nats::{HeaderMap, Request};
use lawful::log::{Batch, EventLog, StreamId, Submission};
use lawful::{Few, Id, Uuid};
use lawful_contract::Sample;
use lawful_contract::engine::{Desk, PurseCommand};
use lawful_jetstream::{JetStream, JetStreamLog, JetStreamOptions};
use lawful_servers::Nats;
use std::time::Instant;

const ROUNDS: usize = 5;
const MESSAGES: u64 = 2000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let Some(server) = Nats::start() else { return };
    let client = async_nats::connect(server.url())
        .await
        .expect("the server answers");
    let context = jetstream::new(client);
    let config = jetstream::stream::Config {
        name: "bare".to_owned(),
        subjects: vec!["bare.>".to_owned()],
        ..Default::default()
    };
    context.create_stream(config).await.expect("it is made");
    let options = || JetStreamOptions::new(server.url());
    let fast = JetStreamLog::open(options().estimated_times())
        .await
        .expect("it opens");
    let exact = JetStreamLog::open(options()).await.expect("it opens");
    let desk = JetStream::<Desk>::connect(options().name("desk"))
        .await
        .expect("it opens");
    for tasks in [1, 32] {
        let mut rates = [const { Vec::new() }; 4];
        for round in 0..=ROUNDS {
            let measured = [
                run(tasks, |task, each| publish(context.clone(), task, each)).await,
                run(tasks, |_, each| append(fast.clone(), each)).await,
                run(tasks, |_, each| append(exact.clone(), each)).await,
                run(tasks, |_, each| execute(desk.clone(), each)).await,
            ];
            // The first round warms up.
            if round > 0 {
                for (rates, rate) in rates.iter_mut().zip(measured) {
                    rates.push(rate);
                }
            }
        }
        let [bare, appended, read_back, executed] = rates.map(median);
        println!("{tasks:>2} in flight: {bare:>7.0} bare publishes a second");
        for (rate, what) in [
            (appended, "appends, as the interpreter does them"),
            (executed, "commands of the interpreter"),
            (read_back, "appends with the server's time read back"),
        ] {
            println!(
                "              {rate:>7.0}, {:.2} of that: {what}",
                rate / bare
            );
        }
    }
}

/// Messages per second of so many tasks.
async fn run<F: Future<Output = ()> + Send + 'static>(
    tasks: u64,
    act: impl Fn(Uuid, u64) -> F,
) -> f64 {
    let each = MESSAGES * if tasks == 1 { 1 } else { 4 } / tasks;
    let started = Instant::now();
    let tasks_running = (0..tasks).map(|_| tokio::spawn(act(Uuid::new_v4(), each)));
    for task in tasks_running.collect::<Vec<_>>() {
        task.await.expect("no task panics");
    }
    let messages = u32::try_from(each * tasks).expect("a few thousand");
    f64::from(messages) / started.elapsed().as_secs_f64()
}

/// What one writes without a library.
async fn publish(context: Context, subject: Uuid, messages: u64) {
    let client = context.client();
    let subject = format!("bare.note.{subject}");
    let payload = br#"{"type":"note.noted","schema":2,"data":{"text":"a short note"}}"#;
    let mut last = 0;
    for _ in 0..messages {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Expected-Last-Subject-Sequence", last.to_string());
        let request = Request::new()
            .headers(headers)
            .payload(payload.to_vec().into());
        let answer = client.send_request(subject.clone(), request).await;
        let answer = answer.expect("the server answers").payload;
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("it is JSON");
        last = answer["seq"].as_u64().expect("it is acknowledged");
    }
}

async fn append(log: JetStreamLog<Sample>, messages: u64) {
    let stream = StreamId {
        aggregate: "note",
        id: Uuid::new_v4(),
    };
    for expected in 0..messages {
        let id = Uuid::new_v4();
        let commands = Few::One(Submission {
            id: id.into(),
            chosen: None,
            events: Few::One(Sample::noted("a short note")),
            correlation: id,
            causation: None,
            metadata: None,
        });
        let batch = Batch {
            stream,
            expected,
            commands,
        };
        log.append(batch).await.expect("it appends");
    }
}

/// Loads, decides and appends; the state is hot after the first.
async fn execute(desk: JetStream<Desk>, commands: u64) {
    let id = Id::new();
    let open = PurseCommand::open();
    desk.execute(id, open).await.expect("it is new");
    for _ in 1..commands {
        let fill = PurseCommand::fill(1);
        desk.execute(id, fill).await.expect("it is open");
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

//! Kill -9 at random moments, of the server and of the processes that append: what was acknowledged is there exactly once, in order.
//!
//! Three processes (this test, started again) append from 32 tasks in all. Each task owns a stream and counts; what it was told is
//! written to its standard output before it goes on. An outcome that is not known is settled by asking again with the same command id.

use crate::domain::{Fact, batch, chosen};
use crate::server::{Log, Place};
use lawful::log::{AppendError, EventLog, StreamId};
use lawful::{FailureKind, Position, Uuid};
use lawful_servers::Postgres;
use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often something is killed.
const KILLS: usize = 100;
/// The tasks of each process; 32 in all.
const TASKS: [u128; 3] = [11, 11, 10];
/// Tells a process that it is one of those that append.
const WHERE: &str = "LAWFUL_CRASHES_URL";
const WHO: &str = "LAWFUL_CRASHES_WHO";

/// What a process was told: its event `number` of the stream is in the log, at this position.
#[derive(Debug, Clone, Copy)]
struct Told {
    stream: u128,
    number: i64,
    position: u64,
}

/// Appends until it is killed. Without the words that [`Process::start`] says, there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_appends() {
    let (Ok(url), Ok(who)) = (env::var(WHERE), env::var(WHO)) else {
        return;
    };
    let place = Place {
        url,
        schema: "crashes".to_owned(),
    };
    let log = loop {
        match Log::open(place.options()).await {
            Ok(log) => break log,
            Err(failure) => assert_eq!(*failure.kind(), FailureKind::Unavailable, "{failure:?}"),
        }
    };
    let who = who.parse::<usize>().expect("a number");
    let tasks = (0..TASKS[who]).map(|task| {
        let stream = 100 * who as u128 + task;
        tokio::spawn(count_on(log.clone(), stream))
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
}

async fn count_on(log: Log, stream: u128) {
    let id = tally(stream);
    loop {
        let Ok((version, _)) = log.version(id).await else {
            back_off().await;
            continue;
        };
        let number = i64::try_from(version).expect("a count") + 1;
        // The id says what the command is, so a process that starts again asks for the same.
        let command = || {
            let id = Uuid::from_u128(stream << 64 | u128::from(number.unsigned_abs()));
            chosen(id, [Fact::Counted { number }])
        };
        let position = loop {
            match log.append(batch(id, version, command())).await {
                Ok(appended) => break appended.positions[0],
                Err(AppendError::Duplicate { outcome, .. }) => break outcome.position,
                Err(AppendError::Failed(failure)) => {
                    let expected = matches!(
                        failure.kind(),
                        FailureKind::Unavailable | FailureKind::OutcomeUnknown
                    );
                    assert!(expected, "{failure:?}");
                    back_off().await;
                }
                Err(conflict) => panic!("nobody else writes this stream: {conflict}"),
            }
        };
        let position = position.number_in(log.identity()).expect("this log's");
        let mut out = stdout().lock();
        writeln!(out, "told {stream} {number} {position}").expect("somebody listens");
        out.flush().expect("somebody listens");
    }
}

/// What a client does that does not want to be the reason why the server cannot recover.
async fn back_off() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn tally(stream: u128) -> StreamId {
    StreamId {
        aggregate: "tally",
        id: Uuid::from_u128(stream),
    }
}

/// One of the processes, and whatever it says.
struct Process {
    child: Child,
    who: usize,
}

impl Process {
    fn start(url: &str, who: usize, heard: &Sender<Told>) -> Self {
        let mut child = Command::new(env::current_exe().expect("this test has a file"))
            .args(["--exact", "crashes::a_process_that_appends", "--nocapture"])
            .env(WHERE, url)
            .env(WHO, who.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("this test starts again");
        let out = child.stdout.take().expect("its output is a pipe");
        let heard = heard.clone();
        thread::spawn(move || {
            // The last line may be cut short by the kill: then nothing was told.
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some(told) = understood(&line) {
                    let _ = heard.send(told);
                }
            }
        });
        Process { child, who }
    }

    fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn understood(line: &str) -> Option<Told> {
    let mut words = line.split(' ').skip_while(|word| !word.ends_with("told"));
    words.next()?;
    Some(Told {
        stream: words.next()?.parse().ok()?,
        number: words.next()?.parse().ok()?,
        position: words.next()?.parse().ok()?,
    })
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("fewer than the sides")
    }
}

#[test]
fn what_was_acknowledged_survives_a_hundred_kills_exactly_once_and_in_order() {
    // What was given to the kernel survives a kill, so the disk proves nothing here; with it, each recovery would take seconds.
    let Some(mut server) = Postgres::start_with(&["fsync=off"]) else {
        return;
    };
    let (sender, heard) = channel();
    let url = server.url("postgres");
    let mut processes = [0, 1, 2].map(|who| Process::start(&url, who, &sender));
    let (mut dice, mut told) = (Dice(4), Vec::new());
    for _ in 0..KILLS {
        // A random moment: after some acknowledgements, so that something happens between any two kills.
        hear(&heard, &mut told, 1 + dice.roll(60), &mut server);
        match dice.roll(4) {
            0 => {
                server.server().kill();
                server.server().restart().expect("it recovers");
            }
            // The server then ends all other sessions and recovers by itself. While it does, it has no such process.
            1 => while !server.server().kill_child(dice.roll(100)) && !server.server().ended() {},
            _ => {
                let process = &mut processes[dice.roll(3)];
                process.kill();
                *process = Process::start(&url, process.who, &sender);
            }
        }
    }
    hear(&heard, &mut told, 100, &mut server);
    processes.iter_mut().for_each(Process::kill);
    drop(processes);
    drop(sender);
    told.extend(heard.iter());
    if server.server().ended() {
        server.server().kill();
        server.server().restart().expect("it recovers");
    }
    check(&url, &told);
}

/// Hears so many acknowledgements, and starts the server again if the last kill was too much for it.
fn hear(heard: &Receiver<Told>, told: &mut Vec<Told>, number: usize, server: &mut Postgres) {
    for _ in 0..number {
        // The processes go on for ever; one that panics says why on standard error, and then nothing comes any more.
        let until = Instant::now() + Duration::from_mins(2);
        let next = loop {
            match heard.recv_timeout(Duration::from_millis(100)) {
                Ok(next) => break next,
                Err(_) => assert!(Instant::now() < until, "the processes go on"),
            }
            if server.server().ended() {
                server.server().kill();
                server.server().restart().expect("it recovers");
            }
        };
        told.push(next);
    }
}

fn check(url: &str, told: &[Told]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let place = Place {
        url: url.to_owned(),
        schema: "crashes".to_owned(),
    };
    runtime.block_on(async {
        // The last kill may have been the server's own processes': it may still recover.
        let log = loop {
            if let Ok(log) = Log::open(place.options()).await {
                break log;
            }
        };
        let (mut after, mut found) = (Position::origin(log.identity()), HashMap::new());
        let (mut position, mut versions) = (0, HashMap::<StreamId, u64>::new());
        loop {
            let page = log.read_all(after, 1000).await.expect("it reads");
            if page.entries.is_empty() {
                break;
            }
            after = page.next;
            for entry in page.entries {
                position += 1;
                assert_eq!(
                    entry
                        .position
                        .number_in(log.identity())
                        .expect("this log's"),
                    position
                );
                let version = versions.entry(entry.stream).or_default();
                *version += 1;
                assert_eq!(entry.version, *version);
                let Fact::Counted { number } = entry.event else {
                    panic!("nobody wrote {:?}", entry.event);
                };
                assert_eq!(
                    number.unsigned_abs(),
                    *version,
                    "each number once, in order"
                );
                found.insert((entry.stream.id.as_u128(), number), position);
            }
        }
        assert!(told.len() > KILLS);
        for told in told {
            let found = found.get(&(told.stream, told.number));
            assert_eq!(found, Some(&told.position), "{told:?}");
        }
    });
}

//! Kill -9 at random moments, of the server and of the processes that append: what was acknowledged is there exactly once, in order.
//!
//! Three processes (this test, started again) append from 32 tasks in all. Each task owns a stream and counts; what it was told is
//! written to its standard output before it goes on. An outcome that is not known is settled by asking again with the same command id;
//! while there is no server, it waits to be told on its standard input that there is one.
//!
//! What this shows is that nothing is lost or doubled when a process dies. What a process gave to the kernel outlives it, so it does not
//! show that anything reached the disk: that is the server's own promise, which holds as long as `fsync` is on. With `fsync` on, the test
//! passes too, takes four times as long (253 s against 66 s on two busy cores), and shows nothing more; so it is off here.

use crate::domain::{Fact, batch, chosen};
use crate::server::{Log, Place};
use lawful::log::{AppendError, EventLog, StreamId};
use lawful::{Failure, FailureKind, Position, Uuid};
use lawful_servers::Postgres;
use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tokio::sync::watch;

/// How often something is killed.
const KILLS: usize = 100;
/// The tasks of each process; 32 in all.
const TASKS: [u128; 3] = [11, 11, 10];
/// Tells a process that it is one of those that append.
const WHERE: &str = "LAWFUL_CRASHES_PORT";
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
    let (Ok(port), Ok(who)) = (env::var(WHERE), env::var(WHO)) else {
        return;
    };
    let place = place(port.parse().expect("a number"));
    let mut server = Restarts::heard();
    let log = loop {
        let before = server.number();
        // On a loaded machine a server that is there may take its time.
        let options = place.options().connect_timeout(Duration::from_mins(1));
        match Log::open(options).await {
            Ok(log) => break log,
            Err(failure) => server.outlast(&failure, before).await,
        }
    };
    let who = who.parse::<usize>().expect("a number");
    let tasks = (0..TASKS[who]).map(|task| {
        let stream = 100 * who as u128 + task;
        tokio::spawn(count_on(log.clone(), stream, server.clone()))
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
}

async fn count_on(log: Log, stream: u128, mut server: Restarts) {
    let id = tally(stream);
    loop {
        let before = server.number();
        let version = match log.version(id).await {
            Ok((version, _)) => version,
            Err(failure) => {
                server.outlast(&failure, before).await;
                continue;
            }
        };
        let number = i64::try_from(version).expect("a count") + 1;
        // The id says what the command is, so a process that starts again asks for the same.
        let command = || {
            let id = Uuid::from_u128(stream << 64 | u128::from(number.unsigned_abs()));
            chosen(id, [Fact::Counted { number }])
        };
        let position = loop {
            let before = server.number();
            match log.append(batch(id, version, command())).await {
                Ok(appended) => break appended.positions[0],
                Err(AppendError::Duplicate { outcome, .. }) => break outcome.position,
                Err(AppendError::Failed(failure)) => server.outlast(&failure, before).await,
                Err(conflict) => panic!("nobody else writes this stream: {conflict}"),
            }
        };
        let position = position.number_in(log.identity()).expect("this log's");
        let mut out = stdout().lock();
        writeln!(out, "told {stream} {number} {position}").expect("somebody listens");
        out.flush().expect("somebody listens");
    }
}

/// How often the server came back, as the test says on standard input. A handle.
#[derive(Debug, Clone)]
struct Restarts(watch::Receiver<u64>);

impl Restarts {
    fn heard() -> Self {
        let (tell, told) = watch::channel(0);
        thread::spawn(move || {
            let lines = stdin().lines().map_while(Result::ok);
            lines.for_each(|_| tell.send_modify(|number| *number += 1));
        });
        Restarts(told)
    }

    fn number(&self) -> u64 {
        *self.0.borrow()
    }

    /// What to do after a failure. Whoever found no server since `before` waits until there is one, instead of being the reason why it
    /// cannot recover; whoever does not know asks again.
    async fn outlast(&mut self, failure: &Failure, before: u64) {
        match failure.kind() {
            FailureKind::OutcomeUnknown => {}
            FailureKind::Unavailable => {
                let back = self.0.wait_for(|number| *number > before).await;
                back.expect("the test goes on");
            }
            _ => panic!("{failure:?}"),
        }
    }
}

/// The schema that all of them share.
fn place(port: u16) -> Place {
    Place::named(port, "crashes".to_owned())
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
    fn start(port: u16, who: usize, heard: &Sender<Told>) -> Self {
        let mut child = Command::new(env::current_exe().expect("this test has a file"))
            .args(["--exact", "crashes::a_process_that_appends", "--nocapture"])
            .env(WHERE, port.to_string())
            .env(WHO, who.to_string())
            .stdin(Stdio::piped())
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

    /// Tells it that the server is back.
    fn go_on(&mut self) {
        let input = self.child.stdin.as_mut().expect("its input is a pipe");
        input.write_all(b"up\n").expect("it listens");
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
    let Some(mut server) = Postgres::start_with(&["fsync=off"]) else {
        return;
    };
    let (sender, heard) = channel();
    let port = server.port();
    let mut processes = [0, 1, 2].map(|who| Process::start(port, who, &sender));
    let (mut dice, mut told) = (Dice(4), Vec::new());
    for _ in 0..KILLS {
        // A random moment: after some acknowledgements, so that something happens between any two kills.
        hear(&heard, &mut told, 1 + dice.roll(60));
        let what = dice.roll(4);
        if what < 2 {
            // One of its processes: then it ends all sessions and recovers by itself, if that was not too much for it.
            let one = what == 1 && server.server().kill_child(dice.roll(100));
            if !one || server.server().ready_again().is_err() {
                server.server().kill();
                // One of its processes may have outlived it for a moment, and holds its memory.
                while let Err(error) = server.server().restart() {
                    assert!(error.contains("still in use"), "it recovers: {error}");
                }
            }
            processes.iter_mut().for_each(Process::go_on);
        } else {
            let process = &mut processes[dice.roll(3)];
            process.kill();
            *process = Process::start(port, process.who, &sender);
        }
    }
    hear(&heard, &mut told, 100);
    processes.iter_mut().for_each(Process::kill);
    drop(processes);
    drop(sender);
    told.extend(heard.iter());
    check(port, &told);
}

/// Hears so many acknowledgements.
fn hear(heard: &Receiver<Told>, told: &mut Vec<Told>, number: usize) {
    for _ in 0..number {
        // The processes go on for ever; one that panics says why on standard error, and then nothing comes any more.
        let next = heard.recv_timeout(Duration::from_mins(2));
        told.push(next.expect("the processes go on"));
    }
}

fn check(port: u16, told: &[Told]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let log = Log::open(place(port).options()).await.expect("it opens");
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

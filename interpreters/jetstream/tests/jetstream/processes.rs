//! Three processes (this test, started again) that append from 32 tasks in all.
//!
//! Each task owns a stream and counts; what it was told is written to its standard output before it goes on. An outcome that is not
//! known is settled by asking again with the same command id.

use crate::given::{batch, chosen};
use crate::server::{Log, Place};
use lawful::log::{AppendError, EventLog, StreamId};
use lawful::{FailureKind, Position, Uuid};
use lawful_contract::Sample;
use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// The tasks of each process; 32 in all.
const TASKS: [u128; 3] = [11, 11, 10];
/// Tells a process that it is one of those that append.
const WHERE: &str = "LAWFUL_JETSTREAM_URL";
const WHO: &str = "LAWFUL_JETSTREAM_WHO";
const REPLICAS: &str = "LAWFUL_JETSTREAM_REPLICAS";
const NAME: &str = "crashes";
/// How long to wait for what comes within seconds on a machine that is not busy.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a process was told: its event `number` of the stream is in the log, at this position.
#[derive(Debug, Clone, Copy)]
struct Told {
    stream: u128,
    number: u64,
    position: u64,
}

/// Appends until it is killed. Without the words that [`Load::start`] says, there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_appends() {
    let (Ok(url), Ok(who), Ok(replicas)) = (env::var(WHERE), env::var(WHO), env::var(REPLICAS))
    else {
        return;
    };
    let log = open(&url, replicas.parse().expect("a number")).await;
    let who = who.parse::<usize>().expect("a number");
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS[who] {
        tasks.spawn(count_on(log.clone(), 100 * who as u128 + task));
    }
    // The first that panics ends the process, which the parent notices.
    while let Some(task) = tasks.join_next().await {
        task.expect("no panic");
    }
}

/// Opens the log, however long its server takes to come back: each attempt has its own limit.
async fn open(url: &str, replicas: usize) -> Log {
    let place = Place {
        url: url.to_owned(),
        name: NAME.to_owned(),
        replicas,
    };
    let options = || {
        place
            .options()
            .timeout(Duration::from_millis(1500))
            .estimated_times()
    };
    loop {
        match Log::open(options()).await {
            Ok(log) => return log,
            Err(failure) => assert_passes(&failure),
        }
    }
}

/// Whatever fails while servers come and go says that trying again may help.
#[track_caller]
fn assert_passes(failure: &lawful::Failure) {
    let passes = matches!(
        failure.kind(),
        FailureKind::Unavailable | FailureKind::OutcomeUnknown
    );
    assert!(passes, "{failure:?}");
}

async fn count_on(log: Log, stream: u128) {
    let id = tally(stream);
    loop {
        let version = match log.version(id).await {
            Ok((version, _)) => version,
            Err(failure) => {
                assert_passes(&failure);
                continue;
            }
        };
        let number = version + 1;
        // The id says what the command is, so a process that starts again asks for the same.
        let command = || {
            let id = Uuid::from_u128(stream << 64 | u128::from(number));
            chosen(id, [Sample::counted(number)])
        };
        let position = loop {
            match log.append(batch(id, version, command())).await {
                Ok(appended) => break appended.positions[0],
                Err(AppendError::Duplicate { outcome, .. }) => break outcome.position,
                Err(AppendError::Failed(failure)) => assert_passes(&failure),
                Err(conflict) => panic!("nobody else writes this stream: {conflict}"),
            }
        };
        let position = position.number_in(log.identity()).expect("this log's");
        let mut out = stdout().lock();
        writeln!(out, "told {stream} {number} {position}").expect("somebody listens");
        out.flush().expect("somebody listens");
    }
}

fn tally(stream: u128) -> StreamId {
    StreamId {
        aggregate: "tally",
        id: Uuid::from_u128(stream),
    }
}

/// The processes, and whatever they were told.
pub(crate) struct Load {
    url: String,
    replicas: usize,
    processes: Vec<Process>,
    sender: Sender<Told>,
    heard: Receiver<Told>,
    told: Vec<Told>,
}

/// One of the processes.
struct Process {
    child: Child,
    who: usize,
}

impl Load {
    pub(crate) fn start(url: String, replicas: usize) -> Self {
        let (sender, heard) = channel();
        let mut load = Load {
            url,
            replicas,
            processes: Vec::new(),
            sender,
            heard,
            told: Vec::new(),
        };
        for who in 0..TASKS.len() {
            load.processes.push(load.process(who));
        }
        load
    }

    /// Waits for this many acknowledgements, of which at least one is not older than the call.
    pub(crate) fn hear(&mut self, number: usize) {
        self.assert_alive();
        self.told.extend(self.heard.try_iter());
        // The processes go on for ever; one that panics says why on standard error, and then nothing comes any more.
        for _ in 0..number {
            let told = self.heard.recv_timeout(PATIENCE);
            self.told.push(told.expect("the processes go on"));
        }
    }

    fn assert_alive(&mut self) {
        for process in &mut self.processes {
            let ended = process.child.try_wait().expect("it is ours");
            assert!(ended.is_none(), "a process ended by itself: {ended:?}");
        }
    }

    /// Kills a process with signal 9, and starts it again.
    pub(crate) fn kill(&mut self, which: usize) {
        let old = &mut self.processes[which];
        old.kill();
        let who = old.who;
        self.processes[which] = self.process(who);
    }

    /// Ends the load; what was acknowledged is in the log exactly once, in order, and nothing else is.
    pub(crate) fn check(mut self) -> usize {
        self.assert_alive();
        self.processes.iter_mut().for_each(Process::kill);
        self.processes.clear();
        let Load {
            url,
            replicas,
            sender,
            heard,
            mut told,
            ..
        } = self;
        drop(sender);
        told.extend(heard.iter());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let found = runtime.block_on(recorded(&url, replicas));
        for told in &told {
            let there = found.get(&(told.stream, told.number));
            assert_eq!(there, Some(&told.position), "acknowledged: {told:?}");
        }
        assert!(!told.is_empty());
        told.len()
    }

    fn process(&self, who: usize) -> Process {
        let mut child = Command::new(env::current_exe().expect("this test has a file"))
            .args([
                "--exact",
                "processes::a_process_that_appends",
                "--nocapture",
            ])
            .env(WHERE, &self.url)
            .env(WHO, who.to_string())
            .env(REPLICAS, self.replicas.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("this test starts again");
        let out = child.stdout.take().expect("its output is a pipe");
        let heard = self.sender.clone();
        thread::spawn(move || {
            // The last line may be cut short by the kill: then nothing was told.
            let mut lines = BufReader::new(out);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                if line.ends_with('\n')
                    && let Some(told) = understood(line.trim_end())
                {
                    let _ = heard.send(told);
                }
                line.clear();
            }
        });
        Process { child, who }
    }
}

impl Process {
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

/// Everything in the log, which is made sure to be in order.
async fn recorded(url: &str, replicas: usize) -> HashMap<(u128, u64), u64> {
    let log = open(url, replicas).await;
    let (mut after, mut found) = (Position::origin(log.identity()), HashMap::new());
    let mut versions = HashMap::<StreamId, u64>::new();
    loop {
        let page = match log.read_all(after, 1000).await {
            Ok(page) => page,
            Err(failure) => {
                assert_passes(&failure);
                continue;
            }
        };
        if page.entries.is_empty() {
            return found;
        }
        for entry in page.entries {
            assert!(entry.position > after, "{entry:?}");
            after = entry.position;
            let version = versions.entry(entry.stream).or_default();
            *version += 1;
            assert_eq!(entry.version, *version);
            assert_eq!(
                entry.event,
                Sample::counted(*version),
                "each number once, in order"
            );
            let place = after.number_in(log.identity()).expect("this log's");
            found.insert((entry.stream.id.as_u128(), *version), place);
        }
    }
}

/// Numbers that look random and are the same in every run (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("fewer than the sides")
    }
}

//! The same calls on this log and on the one in memory have the same answers.

use crate::domain::{Fact, note};
use crate::server::{Log, Place};
use lawful::log::{
    AppendError, AtomicLog, Batch, Entry, EventLog, LogId, Snapshot, StreamId, Submission,
};
use lawful::{Position, Timestamp, Uuid};
use lawful_memory::MemoryLog;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(Debug, Clone)]
enum Call {
    Append(Vec<Write>, Vec<(u128, i8)>),
    Keep(u128, u64, String),
}

/// One batch; its expected version is so far from the true one.
#[derive(Debug, Clone)]
struct Write {
    stream: u128,
    off: i8,
    commands: Vec<(Option<u8>, Vec<Seed>)>,
}

/// What an event is made from, whatever the stream.
type Seed = (String, i64);

/// Every other stream is a tally.
fn stream(number: u128) -> StreamId {
    StreamId {
        aggregate: ["note", "tally"][number as usize % 2],
        ..note(number)
    }
}

fn fact(stream: u128, (text, number): Seed) -> Fact {
    match stream % 2 {
        0 => Fact::Noted { text },
        _ => Fact::Counted { number },
    }
}

/// Mostly right.
fn off() -> impl Strategy<Value = i8> {
    prop_oneof![8 => Just(0_i8), 1 => Just(1), 1 => Just(-1)]
}

fn write() -> impl Strategy<Value = Write> {
    let command = (
        proptest::option::of(0_u8..12),
        vec(("[^\0]{0,8}", any::<i64>()), 0..4),
    );
    let commands = vec(command, 0..3).prop_map(|mut commands| {
        // An id stands for one command.
        let mut seen = Vec::new();
        commands.retain(|(id, _)| {
            id.is_none()
                || !seen.contains(id) && {
                    seen.push(*id);
                    true
                }
        });
        commands
    });
    (0_u128..4, off(), commands).prop_map(|(stream, off, commands)| Write {
        stream,
        off,
        commands,
    })
}

fn call() -> impl Strategy<Value = Call> {
    // Several batches may be for one stream: a later one rests on what the earlier ones leave, or is off.
    let writes = vec(write(), 1..4);
    prop_oneof![
        9 => (writes, vec((0_u128..5, off()), 0..3)).prop_map(|(writes, reads)| Call::Append(writes, reads)),
        1 => (0_u128..4, 0_u64..20, "[a-z]{0,4}").prop_map(|(stream, version, data)| Call::Keep(stream, version, data)),
    ]
}

/// An answer in a form that both logs share.
async fn answer<L: AtomicLog<Event = Fact>>(log: &L, call: &Call, number: u128) -> String {
    let at = async |stream: u128, off: i8| {
        let (version, _) = log.version(self::stream(stream)).await.expect("it reads");
        version.saturating_add_signed(off.into())
    };
    match call {
        Call::Append(writes, reads) => {
            let (mut batches, mut read) = (Vec::new(), Vec::new());
            for (index, write) in (0..).zip(writes) {
                batches.push(Batch {
                    stream: stream(write.stream),
                    expected: at(write.stream, write.off).await,
                    commands: commands(write, number * 1000 + index * 100),
                });
            }
            for (stream, off) in reads {
                read.push((self::stream(*stream), at(*stream, *off).await));
            }
            let appended = if let ([_], []) = (&batches[..], &read[..]) {
                log.append(batches.remove(0)).await.map(|one| vec![one])
            } else {
                log.append_all(batches, read).await
            };
            match appended {
                Ok(appended) => {
                    let each = appended
                        .iter()
                        .map(|one| numbers(log.identity(), &one.positions));
                    format!("{:?}", each.collect::<Vec<_>>())
                }
                Err(AppendError::Duplicate { stream, outcome }) => format!(
                    "command `{}` of stream `{stream}` was accepted before: {} {} {} {:?}",
                    outcome.command,
                    outcome.payload,
                    outcome.version,
                    outcome.events,
                    outcome.position.number_in(log.identity()),
                ),
                Err(other) => other.to_string(),
            }
        }
        Call::Keep(stream, version, data) => {
            let kept = Snapshot {
                fingerprint: "f".to_owned(),
                version: *version,
                data: data.clone(),
            };
            log.keep_snapshot(self::stream(*stream), kept)
                .await
                .expect("it is kept");
            String::new()
        }
    }
}

fn commands(write: &Write, number: u128) -> lawful::Few<Submission<Fact>> {
    let commands = (1..).zip(&write.commands).map(|(index, (id, events))| {
        let fresh = Uuid::from_u128(number + index);
        Submission {
            id: id.map_or(fresh, |id| Uuid::from_u128(id.into())).into(),
            chosen: id.map(|_| fresh),
            events: events
                .iter()
                .cloned()
                .map(|seed| fact(write.stream, seed))
                .collect(),
            correlation: fresh,
            causation: id.map(|_| fresh),
            metadata: None,
        }
    });
    commands.collect()
}

fn numbers(log: LogId, positions: &[Position]) -> Vec<u64> {
    positions
        .iter()
        .map(|position| position.number_in(log).expect("this log's"))
        .collect()
}

/// Everything that can be read, in a form that both logs share.
async fn everything<L: EventLog<Event = Fact>>(log: &L) -> Vec<String> {
    let own = log.identity();
    let number = |position: Position| position.number_in(own).expect("this log's");
    let describe = |mut entry: Entry<Fact>| {
        entry.position = Position::new(LogId(0), number(entry.position));
        entry.recorded_at = Timestamp::MIN;
        format!("{entry:?}")
    };
    let mut all = Vec::new();
    let mut after = Position::origin(own);
    loop {
        let page = log.read_all(after, 5).await.expect("it reads");
        if page.entries.is_empty() {
            break;
        }
        after = page.next;
        all.extend(page.entries.into_iter().map(describe));
    }
    for stream in (0..5).map(stream) {
        for (after, limit) in [(0, 3), (2, 100), (u64::MAX, 1), (0, 0)] {
            let page = log
                .read_stream(stream, after, limit)
                .await
                .expect("it reads");
            all.push(format!("{} {}", page.version, number(page.head)));
            all.extend(page.entries.into_iter().map(describe));
        }
        let (version, head) = log.version(stream).await.expect("it reads");
        all.push(format!("{version} {}", number(head)));
        for at_most in [0, 5, u64::MAX] {
            let kept = log.snapshot(stream, "f", at_most).await.expect("it reads");
            all.push(format!("{kept:?}"));
        }
        for id in 0..12_u128 {
            let id = Uuid::from_u128(id).into();
            let outcome = log.outcome(stream, id).await.expect("it reads");
            let known = outcome.map(|mut known| {
                known.position = Position::new(LogId(0), number(known.position));
                known
            });
            all.push(format!("{known:?}"));
        }
    }
    all
}

/// Where several conditions may fail at once, which of them is told is not promised; that nothing was appended is compared in the end.
fn has_several(call: &Call) -> bool {
    match call {
        Call::Append(writes, reads) => match &writes[..] {
            [write] => !reads.is_empty() || write.commands.len() > 1,
            _ => true,
        },
        Call::Keep(..) => false,
    }
}

fn is_refusal(answer: &str) -> bool {
    [
        " is at version ",
        " comes twice in one append ",
        " was accepted before",
    ]
    .iter()
    .any(|told| answer.contains(told))
}

#[test]
fn this_log_answers_as_the_one_in_memory_does() {
    if Place::new().is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let config = Config {
        cases: 32,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(&vec(call(), 1..25), |calls| {
        runtime.block_on(async {
            let (memory, place) = (
                MemoryLog::<Fact>::default(),
                Place::new().expect("a server"),
            );
            let postgres: Log = place.open().await;
            for (number, call) in (1..).zip(&calls) {
                let expected = answer(&memory, call, number).await;
                let found = answer(&postgres, call, number).await;
                if !(has_several(call) && is_refusal(&found) && is_refusal(&expected)) {
                    prop_assert_eq!(found, expected);
                }
            }
            prop_assert_eq!(everything(&postgres).await, everything(&memory).await);
            Ok(())
        })
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}

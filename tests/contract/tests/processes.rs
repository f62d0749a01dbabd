//! Several processes, one aggregate: two processes with hot states take turns on one SQLite file, and no answer of either contradicts
//! what both have recorded.
mod child;
mod files;
mod numbers;

use child::{call, called, said, say};
use files::Files;
use lawful::{Aggregate, Error, FailureKind, Id};
use lawful_contract::engine::{Desk, Purse, PurseCommand};
use lawful_sqlite::Sqlite;
use numbers::Numbers;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

const TURNS: usize = 400;

#[test]
fn two_processes_take_turns_and_never_contradict_the_log() {
    if let Some((file, _)) = called() {
        return answer(&file);
    }
    let files = Files::new();
    let path = files.path();
    let mut order = Numbers::new();
    let test = "two_processes_take_turns_and_never_contradict_the_log";
    let mut processes = [Process::new(test, &path), Process::new(test, &path)];
    // What both have done, by the domain's own functions.
    let mut purses = [const { Expected::new() }; 3];
    let ids: Vec<Id<Purse>> = (0..purses.len()).map(|_| Id::new()).collect();
    let mut answers = Vec::new();
    for turn in 0..TURNS {
        let which = order.below(purses.len());
        let process = &mut processes[order.below(2)];
        let question = question(&mut order, ids[which], turn);
        let expected = purses[which].answer(&question);
        assert_eq!(
            process.ask(&question.to_string()),
            expected,
            "turn {turn}: {question}"
        );
        answers.push(expected);
    }
    for kind in ["no: ", "0 events", "1 events", "3 events"] {
        let some = answers.iter().any(|answer| answer.starts_with(kind));
        assert!(some, "no answer was `{kind}..`");
    }
    // And then at the same time: what is taken out of a purse is what was in it.
    let id = Id::<Purse>::new();
    processes[0].ask(&format!("{id} open"));
    for _ in 0..10 {
        processes[1].ask(&format!("{id} fill 10"));
    }
    for process in &mut processes {
        process.tell(&format!("{id} empty 7"));
    }
    let taken: i64 = processes
        .iter_mut()
        .map(|process| process.hear().parse::<i64>().expect("a child counts"))
        .sum();
    assert_eq!(taken, 98, "taken out of a purse of 100 in parts of 7");
    for process in &mut processes {
        assert_eq!(process.ask(&format!("{id} load")), "version 25, open, 2");
    }
}

/// A line to a process: a purse, a command or `load`, and perhaps a key for the command's id.
struct Question {
    id: Id<Purse>,
    command: Option<PurseCommand>,
    key: Option<String>,
}

impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match &self.command {
            None => "load".to_owned(),
            Some(PurseCommand::Open {}) => "open".to_owned(),
            Some(PurseCommand::Close {}) => "close".to_owned(),
            Some(PurseCommand::Fill { amount }) => format!("fill {amount}"),
            Some(PurseCommand::FillThrice { amount }) => format!("fill_thrice {amount}"),
            Some(PurseCommand::Drain { amount }) => format!("drain {amount}"),
        };
        write!(f, "{} {word}", self.id)?;
        match &self.key {
            Some(key) => write!(f, " key {key}"),
            None => Ok(()),
        }
    }
}

/// What is known of one purse by whoever asks.
struct Expected {
    state: Option<Purse>,
    version: u64,
    settled: Vec<(String, PurseCommand, String)>,
}

impl Expected {
    const fn new() -> Self {
        Expected {
            state: None,
            version: 0,
            settled: Vec::new(),
        }
    }

    fn answer(&mut self, question: &Question) -> String {
        let mut state = self.state.clone().unwrap_or_default();
        let Some(command) = &question.command else {
            return told(self.version, &state);
        };
        if let Some(key) = &question.key
            && let Some((_, first, answer)) = self.settled.iter().find(|(known, ..)| known == key)
        {
            return if first == command {
                answer.clone()
            } else {
                "the id was used before".to_owned()
            };
        }
        match state.decide(command) {
            Err(rejection) => format!("no: {}", rejection.broken()[0].rule()),
            Ok(events) => {
                for event in &events {
                    state.evolve(event);
                }
                self.version += events.len() as u64;
                let answer = format!("{} events, {}", events.len(), told(self.version, &state));
                self.state = Some(state);
                if let Some(key) = &question.key {
                    self.settled
                        .push((key.clone(), command.clone(), answer.clone()));
                }
                answer
            }
        }
    }
}

fn told(version: u64, state: &Purse) -> String {
    let open = if state.open { "open" } else { "closed" };
    format!("version {version}, {open}, {}", state.amount)
}

/// The child: answers line by line, with an engine that keeps what it knows.
fn answer(file: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime without drivers can be built");
    runtime.block_on(async {
        let desk = Sqlite::<Desk>::open(file)
            .await
            .expect("the file can be opened");
        for line in std::io::stdin().lines() {
            let line = line.expect("the parent writes texts");
            let words: Vec<&str> = line.split(' ').collect();
            let id: Id<Purse> = words[0].parse().expect("the parent knows ids");
            if words[1] == "empty" {
                say(&emptied(&desk, id, number(&words)).await.to_string());
                continue;
            }
            let Some(command) = command(&words) else {
                let loaded = desk.load(id).await.expect("the purse can be loaded");
                say(&told(loaded.version, &loaded.state));
                continue;
            };
            let execute = desk.execute(id, command);
            let answer = match words.iter().position(|word| *word == "key") {
                Some(place) => execute.command_id(words[place + 1]).await,
                None => execute.await,
            };
            say(&match answer {
                Ok(receipt) => format!(
                    "{} events, {}",
                    receipt.events.len(),
                    told(receipt.version, &receipt.state)
                ),
                Err(Error::Rejected(rejection)) => format!("no: {}", rejection.broken()[0].rule()),
                Err(Error::Failed(failure)) if *failure.kind() == FailureKind::CommandIdReused => {
                    "the id was used before".to_owned()
                }
                Err(Error::Failed(failure)) => format!("failed: {failure}"),
            });
        }
    });
}

/// Takes this much out again and again until there is too little; how much that was.
async fn emptied(desk: &Sqlite<Desk>, id: Id<Purse>, amount: i64) -> i64 {
    let mut taken = 0;
    loop {
        match desk.execute(id, PurseCommand::drain(amount)).await {
            Ok(_) => taken += amount,
            Err(Error::Rejected(_)) => return taken,
            // The other process was always faster.
            Err(Error::Failed(failure))
                if matches!(failure.kind(), FailureKind::Contention { .. }) => {}
            Err(Error::Failed(failure)) => panic!("{failure}"),
        }
    }
}

fn number(words: &[&str]) -> i64 {
    words[2].parse().expect("the parent knows numbers")
}

fn command(words: &[&str]) -> Option<PurseCommand> {
    match words[1] {
        "open" => Some(PurseCommand::open()),
        "close" => Some(PurseCommand::close()),
        "fill" => Some(PurseCommand::fill(number(words))),
        "fill_thrice" => Some(PurseCommand::fill_thrice(number(words))),
        "drain" => Some(PurseCommand::drain(number(words))),
        _ => None,
    }
}

struct Process {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn new(test: &str, file: &Path) -> Self {
        let mut child = call(test, file, "");
        let to = child.stdin.take().expect("it is piped");
        let from = child.stdout.take().expect("it is piped");
        Process {
            child,
            to,
            from: BufReader::new(from).lines(),
        }
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.to, "{line}").expect("the child listens");
    }

    fn hear(&mut self) -> String {
        loop {
            let line = self.from.next().expect("the child goes on");
            let line = line.expect("the child writes texts");
            if let Some(line) = said(&line) {
                return line.to_owned();
            }
        }
    }

    fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is asked next.
fn question(order: &mut Numbers, id: Id<Purse>, turn: usize) -> Question {
    let amount = i64::try_from(order.below(9)).unwrap_or(0) + 1;
    let command = match order.below(12) {
        0 => None,
        1..4 => Some(PurseCommand::open()),
        4..6 => Some(PurseCommand::close()),
        6..8 => Some(PurseCommand::fill(amount)),
        8 => Some(PurseCommand::fill_thrice(amount)),
        _ => Some(PurseCommand::drain(amount * 2)),
    };
    // Some keys come again, through the same process or the other, with the same command or another.
    let key = match order.below(4) {
        0 => Some(format!("turn-{turn}")),
        1 => Some(format!("turn-{}", order.below(turn + 1))),
        _ => None,
    };
    let key = key.filter(|_| command.is_some());
    Question { id, command, key }
}

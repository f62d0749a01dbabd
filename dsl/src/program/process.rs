use crate::log::Undecodable;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// One line of a process's journal, as a log keeps it among the events of the domain: in the stream `process-<program>-<id>`, with the
/// type `process-<program>.answered`.
///
/// The data is kept as text and read only by whoever resumes the process, so that a journal which no program can follow any more
/// disturbs nobody else who reads the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessEvent {
    stream: &'static str,
    kind: ProcessEventKind,
    data: String,
}

/// What a line of a journal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProcessEventKind {
    /// The process was started, with this program value.
    Started,
    /// A request that reaches beyond the log is about to be made.
    Asked,
    /// A request was answered.
    Answered,
    /// The program waits for something that has not happened yet.
    Parked,
    /// The program has ended.
    Finished,
}

/// What stands before the name of a program in the name of a stream.
const PREFIX: &str = "process-";

/// The schema version of all lines.
const SCHEMA_VERSION: u32 = 1;

const KINDS: [ProcessEventKind; 5] = [
    ProcessEventKind::Started,
    ProcessEventKind::Asked,
    ProcessEventKind::Answered,
    ProcessEventKind::Parked,
    ProcessEventKind::Finished,
];

impl ProcessEventKind {
    /// As it is called in stores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ProcessEventKind::Started => "started",
            ProcessEventKind::Asked => "asked",
            ProcessEventKind::Answered => "answered",
            ProcessEventKind::Parked => "parked",
            ProcessEventKind::Finished => "finished",
        }
    }
}

impl ProcessEvent {
    /// A line for a process of this program. `data` is a JSON object.
    #[must_use]
    pub fn new(program: &str, kind: ProcessEventKind, data: String) -> Self {
        ProcessEvent {
            stream: process_stream(program),
            kind,
            data,
        }
    }

    /// What stands before the id in the stream's name: `process-transfer`.
    #[must_use]
    pub fn stream(&self) -> &'static str {
        self.stream
    }

    /// The name of the program: `transfer`.
    #[must_use]
    pub fn program(&self) -> &'static str {
        self.stream.strip_prefix(PREFIX).unwrap_or(self.stream)
    }

    /// What it says.
    #[must_use]
    pub fn kind(&self) -> ProcessEventKind {
        self.kind
    }

    /// The JSON object.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.data
    }

    /// The schema version of the data.
    #[must_use]
    pub fn schema_version(&self) -> u32 {
        SCHEMA_VERSION
    }

    /// Reads a line whose type is `stream.name`; `None` where no process has such a stream.
    ///
    /// # Errors
    ///
    /// An unknown name or schema version.
    #[must_use]
    pub fn decode(
        stream: &str,
        name: &str,
        schema_version: u32,
        data: &str,
    ) -> Option<Result<Self, Undecodable>> {
        let stream = known_process_stream(stream)?;
        let Some(kind) = KINDS.into_iter().find(|kind| kind.name() == name) else {
            return Some(Err(Undecodable::UnknownType));
        };
        if schema_version > SCHEMA_VERSION {
            let newest = SCHEMA_VERSION;
            return Some(Err(Undecodable::UnknownVersion { newest }));
        }
        Some(Ok(ProcessEvent {
            stream,
            kind,
            data: data.to_owned(),
        }))
    }
}

/// What stands before the id in the names of the streams of a program's processes.
#[must_use]
pub fn process_stream(program: &str) -> &'static str {
    interned(&format!("{PREFIX}{program}"))
}

/// The same text for as long as the program runs, if it could be the name of such a stream: also of a program that the domain does not
/// list any more.
#[must_use]
pub fn known_process_stream(name: &str) -> Option<&'static str> {
    let program = name.strip_prefix(PREFIX)?;
    (!program.is_empty()).then(|| interned(name))
}

/// There are as many names as there are programs, and each is kept for ever once.
fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

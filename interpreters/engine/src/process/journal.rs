use crate::core::Core;
use crate::failures::missing;
use crate::process::failures;
use crate::process::line::{Answered, Asked, Finished, Started, Waits};
use crate::read::PAGE;
use lawful::log::{Entry, EventLog, StreamId};
use lawful::program::layer::Line;
use lawful::program::{Cursors, Kept, ProcessEvent, ProcessEventKind, Request, Step};
use lawful::{Domain, Failure, Position, Uuid};
use std::collections::{HashMap, HashSet};

/// The journal of one process, read.
pub(crate) struct Journal<D: Domain> {
    pub(crate) stream: StreamId,
    /// How many lines it has; whoever writes the next one first wins it.
    pub(crate) version: u64,
    /// The program's parameters, if the process was started.
    pub(crate) value: Option<String>,
    /// What was asked and answered.
    pub(crate) lines: Vec<Line<D, Kept<D>>>,
    /// Where in the log each answer stands.
    pub(crate) places: HashMap<Step, Position>,
    /// What was asked, or waited for, and not answered yet.
    pub(crate) open: Vec<(Step, Request<D>)>,
    /// The steps in which the process waits since its last line of another kind.
    pub(crate) parked: Vec<Step>,
    /// From here on this build cannot read the journal.
    pub(crate) unreadable: Option<Unreadable>,
    /// Up to where `wait` has looked.
    pub(crate) cursors: Cursors,
    /// The commands of the process itself.
    pub(crate) own: HashSet<Uuid>,
    pub(crate) end: Option<Finished>,
}

/// A request or an answer that this build does not know.
pub(crate) struct Unreadable {
    pub(crate) step: Step,
    pub(crate) recorded: String,
}

impl<D: Domain> Journal<D> {
    fn new(stream: StreamId, origin: Position) -> Self {
        Journal {
            stream,
            version: 0,
            value: None,
            lines: Vec::new(),
            places: HashMap::new(),
            open: Vec::new(),
            parked: Vec::new(),
            unreadable: None,
            cursors: Cursors::new(origin),
            own: HashSet::new(),
            end: None,
        }
    }

    pub(crate) async fn load<L>(core: &Core<D, L>, stream: StreamId) -> Result<Self, Failure>
    where
        L: EventLog<Event = D::Event>,
    {
        let mut journal = Journal::new(stream, Position::origin(core.log.identity()));
        loop {
            let page = core.page(stream, journal.version, PAGE).await?;
            for entry in &page.entries {
                journal.version = entry.version;
                let Some(line) = D::journal(&entry.event) else {
                    let found = format_args!("event {} is no line of a journal", entry.version);
                    return Err(crate::failures::corrupt(stream, found));
                };
                journal
                    .read(line, entry)
                    .map_err(|error| failures::unreadable(stream, entry.version, error))?;
            }
            if journal.version >= page.version {
                return Ok(journal);
            }
            if page.entries.is_empty() {
                return Err(missing(stream, journal.version + 1, page.version));
            }
        }
    }

    fn read(&mut self, line: &ProcessEvent, entry: &Entry<D::Event>) -> serde_json::Result<()> {
        if line.kind() != ProcessEventKind::Parked {
            self.parked.clear();
        }
        match line.kind() {
            ProcessEventKind::Started => {
                let Started { value } = serde_json::from_str(line.data())?;
                self.value = Some(value.get().to_owned());
                self.cursors = Cursors::new(entry.position);
            }
            ProcessEventKind::Asked => {
                let Asked { step, request } = serde_json::from_str(line.data())?;
                self.open(step, request.get());
            }
            ProcessEventKind::Parked => {
                let Waits { step, request, .. } = serde_json::from_str(line.data())?;
                self.parked.push(step.clone());
                self.open(step, request.get());
            }
            ProcessEventKind::Answered => {
                let Answered {
                    step,
                    request,
                    answer,
                    cursor,
                } = serde_json::from_str(line.data())?;
                self.open.retain(|(open, _)| *open != step);
                self.own.insert(step.id(self.stream.id));
                self.places.insert(step.clone(), entry.position);
                if let Some(cursor) = cursor {
                    self.cursors.pass(&step, cursor);
                }
                let read = serde_json::from_str(request.get());
                match read.and_then(|read| Ok((read, serde_json::from_str(answer.get())?))) {
                    Ok((request, answer)) if self.unreadable.is_none() => self.lines.push(Line {
                        step,
                        request,
                        answer,
                    }),
                    Ok(_) => {}
                    Err(_) => self.unreadable(step, request.get()),
                }
            }
            ProcessEventKind::Finished => self.end = Some(serde_json::from_str(line.data())?),
        }
        Ok(())
    }

    fn open(&mut self, step: Step, request: &str) {
        match serde_json::from_str(request) {
            Ok(read) if self.unreadable.is_none() => {
                self.open.retain(|(open, _)| *open != step);
                self.open.push((step, read));
            }
            Ok(_) => {}
            Err(_) => self.unreadable(step, request),
        }
    }

    fn unreadable(&mut self, step: Step, recorded: &str) {
        self.unreadable.get_or_insert_with(|| Unreadable {
            step,
            recorded: recorded.to_owned(),
        });
    }
}

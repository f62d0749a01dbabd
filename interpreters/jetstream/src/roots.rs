use crate::message::Stored;
use crate::place;
use lawful::log::{CommandId, StreamId};
use lawful::{Failure, Uuid};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What this process remembers of streams: where their last messages are, and which commands with chosen ids they hold.
///
/// All of it is in the log, too, and can be forgotten.
#[derive(Debug)]
pub(crate) struct Roots(Mutex<Generations>);

/// Whatever was not asked for while half of the room was filled is forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<StreamId, Root>,
    old: HashMap<StreamId, Root>,
    half: usize,
}

#[derive(Debug, Clone, Default)]
struct Root {
    base: Base,
    /// Up to which message the chosen ids are known.
    indexed: u64,
    outcomes: HashMap<CommandId, Known>,
    /// Where some versions end: the stream is at this version after this message.
    marks: Vec<Mark>,
}

/// Where a stream is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Base {
    /// The sequence of its last message, upon which the next one is conditional.
    pub(crate) sequence: u64,
    /// Its version.
    pub(crate) version: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) version: u64,
    pub(crate) sequence: u64,
}

/// What became of a command with a chosen id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) payload: Uuid,
    pub(crate) version: u64,
    pub(crate) events: u64,
    pub(crate) place: Place,
}

/// Where a command is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the position of this number.
    At(u64),
    /// At the last event before the message of this sequence.
    Before(u64),
}

/// How many marks of a stream are kept.
const MARKS: usize = 16;

impl Roots {
    pub(crate) fn new(streams: usize) -> Self {
        Roots(Mutex::new(Generations {
            half: (streams / 2).max(1),
            ..Generations::default()
        }))
    }

    /// Where the stream was when it was last seen.
    pub(crate) fn base(&self, stream: StreamId) -> Option<Base> {
        self.lock().get(stream).map(|root| root.base)
    }

    /// Up to which message the chosen ids are known.
    pub(crate) fn indexed(&self, stream: StreamId) -> u64 {
        self.lock().get(stream).map_or(0, |root| root.indexed)
    }

    /// What became of a command, as far as it is known.
    pub(crate) fn known(&self, stream: StreamId, command: CommandId) -> Option<Known> {
        self.lock().get(stream)?.outcomes.get(&command).copied()
    }

    /// Forgets a stream, because the servers contradict what they said before.
    pub(crate) fn forget(&self, stream: StreamId) {
        let mut all = self.lock();
        all.young.remove(&stream);
        all.old.remove(&stream);
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        let mut all = self.lock();
        all.young.clear();
        all.old.clear();
    }

    /// The stream's last message is at least this one.
    pub(crate) fn saw(&self, stream: StreamId, base: Base) {
        let mut all = self.lock();
        let root = all.entry(stream);
        if root.base.sequence <= base.sequence {
            root.base = base;
        }
    }

    /// Takes in the chosen ids of the stream's messages, which follow the message `after` without a gap.
    pub(crate) fn index(
        &self,
        stream: StreamId,
        after: u64,
        messages: &[Stored],
    ) -> Result<(), Failure> {
        let mut all = self.lock();
        let root = all.entry(stream);
        if root.indexed < after {
            // It was forgotten meanwhile; what is missing is read again when it is asked for.
            return Ok(());
        }
        for message in messages {
            for (command, known) in outcomes(message)? {
                root.outcomes.insert(command, known);
            }
            root.indexed = root.indexed.max(message.sequence);
        }
        Ok(())
    }

    /// This process appended a message, which rested on `base`.
    pub(crate) fn appended(
        &self,
        stream: StreamId,
        base: Base,
        message: &Stored,
    ) -> Result<(), Failure> {
        let known = outcomes(message)?;
        let mut all = self.lock();
        let root = all.entry(stream);
        if root.base.sequence <= message.sequence {
            root.base = Base {
                sequence: message.sequence,
                version: message.body.after(),
            };
        }
        // Nothing of this stream lies between.
        if root.indexed == base.sequence {
            root.indexed = message.sequence;
            root.outcomes.extend(known);
        }
        Ok(())
    }

    /// Remembers where a version ends.
    pub(crate) fn mark(&self, stream: StreamId, mark: Mark) {
        let mut all = self.lock();
        let marks = &mut all.entry(stream).marks;
        if marks.contains(&mark) {
            return;
        }
        if marks.len() == MARKS {
            marks.remove(0);
        }
        marks.push(mark);
    }

    /// The nearest known place at or before a version.
    pub(crate) fn nearest(&self, stream: StreamId, version: u64) -> Mark {
        let mut all = self.lock();
        let Some(root) = all.get(stream) else {
            return Mark::default();
        };
        let end = Mark {
            version: root.base.version,
            sequence: root.base.sequence,
        };
        let known = root.marks.iter().copied().chain([end]);
        known
            .filter(|mark| mark.version <= version)
            .max_by_key(|mark| mark.sequence)
            .unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn get(&mut self, stream: StreamId) -> Option<&mut Root> {
        if !self.young.contains_key(&stream) {
            let root = self.old.remove(&stream)?;
            self.insert(stream, root);
        }
        self.young.get_mut(&stream)
    }

    fn entry(&mut self, stream: StreamId) -> &mut Root {
        if !self.young.contains_key(&stream) {
            let root = self.old.remove(&stream).unwrap_or_default();
            self.insert(stream, root);
        }
        self.young.entry(stream).or_default()
    }

    fn insert(&mut self, stream: StreamId, root: Root) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, root);
    }
}

/// The commands of a message whose ids were chosen, and what became of them.
pub(crate) fn outcomes(message: &Stored) -> Result<Vec<(CommandId, Known)>, Failure> {
    let mut known = Vec::new();
    let mut seen = 0;
    for command in &message.body.commands {
        seen += command.events.len();
        if let Some(payload) = command.chosen {
            let place = match seen.checked_sub(1) {
                Some(last) => Place::At(place::number(message.sequence, last)?),
                None => Place::Before(message.sequence),
            };
            let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
            let outcome = Known {
                payload,
                version: message.body.version.saturating_add(count(seen)),
                events: count(command.events.len()),
                place,
            };
            known.push((command.id, outcome));
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::{Base, Mark, Roots};
    use lawful::Uuid;
    use lawful::log::StreamId;

    fn stream(number: u128) -> StreamId {
        StreamId {
            aggregate: "note",
            id: Uuid::from_u128(number),
        }
    }

    #[test]
    fn what_is_asked_for_is_remembered_and_the_rest_forgotten() {
        let roots = Roots::new(4);
        let base = Base {
            sequence: 7,
            version: 1,
        };
        roots.saw(stream(0), base);
        for number in 1..100 {
            roots.saw(stream(number), base);
            assert_eq!(roots.base(stream(0)), Some(base));
        }
        assert_eq!(roots.base(stream(1)), None);
        let kept = roots.lock();
        assert!(kept.young.len() + kept.old.len() <= 4);
    }

    #[test]
    fn an_older_answer_does_not_replace_a_newer_one() {
        let roots = Roots::new(4);
        let at = |sequence, version| Base { sequence, version };
        roots.saw(stream(0), at(9, 3));
        roots.saw(stream(0), at(5, 2));
        assert_eq!(roots.base(stream(0)), Some(at(9, 3)));
    }

    #[test]
    fn reading_goes_on_from_the_nearest_known_place() {
        let roots = Roots::new(4);
        for version in 1..=40 {
            roots.mark(
                stream(0),
                Mark {
                    version,
                    sequence: version * 10,
                },
            );
        }
        let nearest = |version| roots.nearest(stream(0), version).sequence;
        assert_eq!([nearest(40), nearest(30), nearest(3)], [400, 300, 0]);
    }
}

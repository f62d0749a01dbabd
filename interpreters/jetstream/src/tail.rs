use crate::place;
use lawful::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What this process knows of the end of the log.
#[derive(Debug, Default)]
pub(crate) struct Tail(Mutex<Seen>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    /// The greatest sequence seen.
    sequence: u64,
    /// The number of the position of the last event up to there.
    head: u64,
    /// Whether `head` is known.
    known: bool,
    latest: Option<Timestamp>,
}

impl Tail {
    /// The message of this sequence is there; `last` is the number of its last event.
    pub(crate) fn saw(&self, sequence: u64, last: Option<u64>, recorded_at: Option<Timestamp>) {
        let mut seen = self.seen();
        seen.latest = seen.latest.max(recorded_at);
        if sequence <= seen.sequence {
            return;
        }
        match last {
            Some(last) => (seen.head, seen.known) = (last, true),
            None if sequence == seen.sequence + 1 && (seen.known || sequence == 1) => {
                seen.known = true;
            }
            None => seen.known = false,
        }
        seen.sequence = sequence;
    }

    /// The last event up to a message is this one.
    pub(crate) fn found(&self, sequence: u64, head: u64) {
        let mut seen = self.seen();
        if sequence >= seen.sequence {
            (seen.sequence, seen.head, seen.known) = (sequence, head, true);
        }
    }

    /// The number of the last event up to a message, where that is known.
    pub(crate) fn head_at(&self, sequence: u64) -> Option<u64> {
        let seen = self.seen();
        let known =
            seen.known && place::sequence(seen.head) <= sequence && sequence <= seen.sequence;
        known.then_some(seen.head)
    }

    /// The greatest sequence seen: a server that knows less is behind.
    pub(crate) fn sequence(&self) -> u64 {
        self.seen().sequence
    }

    /// Forgets where the log ends, because the servers contradict what they said before.
    pub(crate) fn forget(&self) {
        let mut seen = self.seen();
        *seen = Seen {
            latest: seen.latest,
            ..Seen::default()
        };
    }

    /// The greatest time seen.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.seen().latest
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Tail;
    use crate::place::number;

    fn at(sequence: u64) -> u64 {
        number(sequence, 0).expect("it fits")
    }

    #[test]
    fn the_last_event_up_to_a_message_is_told_only_where_nothing_lies_between() {
        let tail = Tail::default();
        tail.saw(3, Some(at(3)), None);
        tail.saw(4, None, None);
        assert_eq!(
            [2, 3, 4, 5].map(|sequence| tail.head_at(sequence)),
            [None, Some(at(3)), Some(at(3)), None]
        );
        // What message 5 holds was not seen.
        tail.saw(6, None, None);
        assert_eq!(tail.head_at(6), None);
        tail.found(6, at(5));
        assert_eq!(tail.head_at(6), Some(at(5)));
        assert_eq!(tail.head_at(4), None);
    }

    #[test]
    fn silent_messages_from_the_beginning_leave_the_head_at_the_origin() {
        let tail = Tail::default();
        tail.saw(1, None, None);
        tail.saw(2, None, None);
        assert_eq!(tail.head_at(2), Some(0));
    }
}

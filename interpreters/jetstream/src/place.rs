use lawful::{Failure, FailureKind};

/// How many bits of a position say which event of its message is meant. The other 48 are the message's sequence in the stream.
const INDEX_BITS: u32 = 16;

/// How many events one message can hold.
pub(crate) const MOST_EVENTS: usize = 1 << INDEX_BITS;

/// The number of the position of an event: the server's sequence of its message, and its index (from 0) in it.
pub(crate) fn number(sequence: u64, index: usize) -> Result<u64, Failure> {
    let index = u64::try_from(index).unwrap_or(u64::MAX);
    if sequence >> (u64::BITS - INDEX_BITS) != 0 || index >> INDEX_BITS != 0 {
        return Err(Failure::new(
            FailureKind::Other,
            format!(
                "event {index} of message {sequence} has no position: expected less than {MOST_EVENTS} events in a message and a sequence below 2^48"
            ),
        ));
    }
    Ok(sequence << INDEX_BITS | index)
}

/// The sequence of the message that holds the event at this position; 0 for the origin.
pub(crate) fn sequence(number: u64) -> u64 {
    number >> INDEX_BITS
}

#[cfg(test)]
mod tests {
    use super::{MOST_EVENTS, number, sequence};

    #[test]
    fn positions_increase_with_sequence_and_index_and_lead_back_to_the_message() {
        let places = [
            (1, 0),
            (1, 1),
            (1, MOST_EVENTS - 1),
            (2, 0),
            ((1 << 48) - 1, 7),
        ];
        let numbers = places.map(|(of, index)| number(of, index).expect("it fits"));
        assert!(
            numbers.is_sorted_by(|left, right| left < right),
            "{numbers:?}"
        );
        assert_eq!(numbers.map(sequence), places.map(|(of, _)| of));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_wrapped() {
        for (of, index) in [
            (1 << 48, 0),
            (u64::MAX, 0),
            (1, MOST_EVENTS),
            (1, usize::MAX),
        ] {
            assert!(number(of, index).is_err(), "{of} {index}");
        }
    }
}

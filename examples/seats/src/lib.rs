//! Seats of one performance, and the most that one person may hold of them.

use lawful::prelude::*;
use std::collections::BTreeMap;

/// The most seats that one person may hold.
const MOST: usize = 2;

/// The seats of one performance.
#[state]
pub struct Seats {
    /// Who holds which seat.
    taken: BTreeMap<String, String>,
}

#[aggregate]
impl Seats {
    /// A seat was set aside for somebody.
    #[event]
    fn reserved(&mut self, seat: &str, person: &str) {
        self.taken.insert(seat.to_owned(), person.to_owned());
    }

    /// Somebody gave a seat back.
    #[event]
    fn released(&mut self, seat: &str, person: &str) {
        if self.holds(seat, person) {
            self.taken.remove(seat);
        }
    }

    /// the seat is taken
    #[rule]
    fn is_taken(&self, seat: &str) -> bool {
        self.taken.contains_key(seat)
    }

    /// the seat is the person's
    #[rule]
    fn holds(&self, seat: &str, person: &str) -> bool {
        self.taken.get(seat).is_some_and(|holder| holder == person)
    }

    /// the person may hold another seat
    #[rule]
    fn may_have_more(&self, person: &str) -> bool {
        self.held_by(person) < MOST
    }

    /// nobody holds more than two seats
    #[invariant]
    fn is_fair(&self) -> bool {
        self.taken
            .values()
            .all(|person| self.held_by(person) <= MOST)
    }

    fn held_by(&self, person: &str) -> usize {
        self.taken
            .values()
            .filter(|holder| *holder == person)
            .count()
    }

    /// Sets a seat aside.
    #[command(requires(not(is_taken(seat)), may_have_more(person)))]
    fn reserve(
        &self,
        #[samples("A1", "A2", "A3", "A4")] seat: &str,
        #[samples("Ann", "Bob", "Cid")] person: &str,
    ) -> SeatsEvent {
        SeatsEvent::reserved(seat, person)
    }

    /// Gives a seat back.
    #[command(requires(holds(seat, person)))]
    fn release(
        &self,
        #[samples("A1", "A2", "A3", "A4")] seat: &str,
        #[samples("Ann", "Bob", "Cid")] person: &str,
    ) -> SeatsEvent {
        SeatsEvent::released(seat, person)
    }
}

/// A theatre.
#[domain(aggregates(Seats))]
pub struct Theatre;

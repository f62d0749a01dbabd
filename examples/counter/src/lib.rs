//! A counter that stays within its bounds.

use lawful::prelude::*;

const MOST: i32 = 3;

/// A number between 0 and 3.
#[state]
pub struct Counter {
    count: i32,
}

#[aggregate]
impl Counter {
    /// It went up by one.
    #[event]
    fn incremented(&mut self) {
        self.count += 1;
    }

    /// It went down by one.
    #[event]
    fn decremented(&mut self) {
        self.count -= 1;
    }

    /// It went back to zero.
    #[event]
    fn reset_to_zero(&mut self) {
        self.count = 0;
    }

    /// it is zero
    #[rule]
    fn is_zero(&self) -> bool {
        self.count == 0
    }

    /// there is room above
    #[rule]
    fn has_room(&self) -> bool {
        self.count < MOST
    }

    /// it stays within its bounds
    #[invariant]
    fn is_bounded(&self) -> bool {
        0 <= self.count && self.count <= MOST
    }

    /// Adds one.
    #[command(requires(has_room))]
    fn increment(&self) -> CounterEvent {
        CounterEvent::incremented()
    }

    /// Takes one away.
    #[command(requires(not(is_zero)))]
    fn decrement(&self) -> CounterEvent {
        CounterEvent::decremented()
    }

    /// Starts again; a counter at zero has nothing to do.
    #[command(unless(is_zero))]
    fn reset(&self) -> CounterEvent {
        CounterEvent::reset_to_zero()
    }
}

/// Counting.
#[domain(aggregates(Counter))]
pub struct Counting;

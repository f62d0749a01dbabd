use lawful::Domain;
use lawful::prelude::*;

/// A purse: enough of an aggregate that answers can be wrong.
#[state]
pub struct Purse {
    /// Whether anything can go in or out.
    pub open: bool,
    /// What is in it.
    pub amount: i64,
}

#[aggregate]
impl Purse {
    /// The purse was opened.
    #[event]
    fn opened(&mut self) {
        self.open = true;
    }

    /// Something was put in.
    #[event]
    fn filled(&mut self, amount: i64) {
        self.amount += amount;
    }

    /// Something was taken out.
    #[event]
    fn drained(&mut self, amount: i64) {
        self.amount -= amount;
    }

    /// The purse was closed.
    #[event]
    fn closed(&mut self) {
        self.open = false;
    }

    /// the purse is open
    #[rule]
    fn is_open(&self) -> bool {
        self.open
    }

    /// the purse holds the amount
    #[rule]
    fn holds(&self, amount: i64) -> bool {
        self.amount >= amount
    }

    /// Opens the purse.
    #[command(requires(not(is_open)))]
    fn open(&self) -> PurseEvent {
        PurseEvent::opened()
    }

    /// Puts something in.
    #[command(requires(is_open))]
    fn fill(&self, amount: i64) -> PurseEvent {
        PurseEvent::filled(amount)
    }

    /// Puts something in three times, all or nothing.
    #[command(requires(is_open))]
    fn fill_thrice(&self, amount: i64) -> [PurseEvent; 3] {
        [
            PurseEvent::filled(amount),
            PurseEvent::filled(amount),
            PurseEvent::filled(amount),
        ]
    }

    /// Takes something out.
    #[command(requires(is_open, holds(amount)))]
    fn drain(&self, amount: i64) -> PurseEvent {
        PurseEvent::drained(amount)
    }

    /// Closes the purse; where it is not open, there is nothing to record.
    #[command(unless(not(is_open)))]
    fn close(&self) -> PurseEvent {
        PurseEvent::closed()
    }
}

/// The domain whose commands the suite executes.
#[domain(aggregates(Purse))]
pub struct Desk;

/// What a log of the domain stores.
pub type DeskPayload = <Desk as Domain>::Event;

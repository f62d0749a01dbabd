use interpretations::{Bank, Transfer};
use lawful::Domain;
use lawful::log::EventLog;
use lawful_engine::Engine;

async fn over_any_log<L: EventLog<Event = <Bank as Domain>::Event>>(bank: Engine<Bank, L>, transfer: Transfer) {
    bank.transact(transfer).await.unwrap();
}

fn main() {}

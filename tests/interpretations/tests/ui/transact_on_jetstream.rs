use interpretations::{Bank, Transfer};
use lawful_jetstream::JetStream;

async fn transfers(bank: JetStream<Bank>, transfer: Transfer) {
    bank.run(transfer.clone()).await.unwrap();
    let _ = bank.transact(transfer);
}

fn main() {}

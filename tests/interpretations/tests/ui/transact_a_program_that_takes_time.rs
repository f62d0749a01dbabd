use interpretations::{Bank, Pay};
use lawful_memory::Memory;

async fn pays(bank: Memory<Bank>, pay: Pay) {
    bank.transact(pay).await.unwrap();
}

fn main() {}

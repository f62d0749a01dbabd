use lawful::prelude::*;

#[state]
pub struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[command]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

#[value]
pub struct Undeliverable;

#[service]
pub trait Notices {
    async fn send(&self, text: &str) -> Result<(), Undeliverable>;
}

#[domain(aggregates(Account), services(Notices))]
pub struct Bank;

#[program]
async fn tell(bank: &mut Perform<Bank>) -> Result<(), Undeliverable> {
    bank.notices().send("hello").await
}

fn transact(_: impl Program<<Bank as lawful::Domain>::Atomic>) {}

fn main() {
    transact(Tell {});
}

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

#[domain(aggregates(Account), programs(listed))]
pub struct Bank;

#[program]
async fn listed(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    bank.now().await;
    Ok(())
}

#[program]
async fn unlisted(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    bank.now().await;
    Ok(())
}

fn start<P: lawful::program::Listed<Bank>>(_: P) {}

fn main() {
    start(Listed {});
    start(Unlisted {});
}

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

#[domain(aggregates(Account))]
pub struct Bank;

fn spawn(_: impl Future<Output = ()> + Send + 'static) {}

#[program]
async fn spawns(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    spawn(async move {
        bank.now().await;
    });
    Ok(())
}

fn main() {}

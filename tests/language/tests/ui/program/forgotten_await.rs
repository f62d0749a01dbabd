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

#[program]
async fn forgets(bank: &mut Perform<Bank>, id: Id<Account>) -> Result<(), Rejection> {
    bank.account(id).deposit(1);
    Ok(())
}

fn main() {}

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

pub struct Secret;

#[program]
async fn hides(bank: &mut Perform<Bank>, secret: Secret) -> Result<(), Rejection> {
    let _ = secret;
    bank.now().await;
    Ok(())
}

fn main() {}

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
fn waits_for_nothing(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    let _ = bank;
    Ok(())
}

#[program]
async fn returns_nothing(bank: &mut Perform<Bank>) {
    bank.now().await;
}

#[program]
async fn has_no_domain(amount: i64) -> Result<(), Rejection> {
    let _ = amount;
    Ok(())
}

#[program(vallue = Other)]
async fn misspelled(bank: &mut Perform<Bank>) -> Result<(), Rejection> {
    bank.now().await;
    Ok(())
}

#[program]
async fn returns_a_number(bank: &mut Perform<Bank>) -> i64 {
    bank.now().await.as_micros()
}

fn main() {}

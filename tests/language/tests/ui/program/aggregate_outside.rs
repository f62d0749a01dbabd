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

#[state]
pub struct Cart {
    items: u32,
}

#[aggregate]
impl Cart {
    #[event]
    fn added(&mut self) {
        self.items += 1;
    }

    #[command]
    fn add(&self) -> CartEvent {
        CartEvent::added()
    }
}

#[domain(aggregates(Account))]
pub struct Bank;

#[program]
async fn shop(bank: &mut Perform<Bank>, cart: Id<Cart>) -> Result<(), Rejection> {
    bank.cart(cart).add().await?;
    bank.of(cart).add().await?;
    Ok(())
}

fn main() {}

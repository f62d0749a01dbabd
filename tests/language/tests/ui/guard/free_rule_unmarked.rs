use lawful::prelude::*;

mod money {
    pub fn is_payable(amount: i64) -> bool {
        amount > 0
    }
}

#[state]
struct Account {
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[command(requires(money::is_payable(amount)))]
    fn deposit(&self, amount: i64) -> AccountEvent {
        AccountEvent::deposited(amount)
    }
}

fn main() {}

use lawful::prelude::*;

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

    #[event]
    fn closed(&mut self) {
        self.balance = 0;
    }
}

#[row]
struct Holding {
    #[key]
    account: Id<Account>,
    balance: i64,
}

#[read_model(ignores(AccountEvent::Closed, Deposited))]
impl Holding {
    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[on(AccountEvent::Closed)]
    async fn closed(from: &Origin<Account>) -> bool {
        true
    }

    #[on]
    fn nothing(rows: &mut Rows<Self>, more: &mut Rows<Self>) {}

    #[on(Closed, 3)]
    fn number(rows: &mut Rows<Self>) {}

    #[on(AccountEvent::Deposited)]
    fn again(rows: &mut Rows<Self>, from: &Origin<Account>) {
        rows.get(&from.id).unwrap();
        rows.put(Holding { account: Id::new(), balance: 0 });
    }
}

fn main() {}

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

#[read_model(ignores(AccountEvent::Closed))]
impl Holding {
    #[on(AccountEvent::Deposited)]
    fn deposited(rows: &mut Rows<Self>, from: &Origin<Account>, amount: i64) {
        rows.change(&from.id, |row| row.balance += amount);
    }
}

#[state]
struct Lamp {}

#[aggregate]
impl Lamp {
    #[event]
    fn lit(&mut self) {}
}

#[domain(aggregates(Lamp))]
struct House;

fn view<D: lawful::Domain, R: lawful::view::Folds<D>>() {}

fn main() {
    view::<House, Holding>();
}

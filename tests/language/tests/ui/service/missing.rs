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

#[service]
pub trait Clerks {
    async fn ask(&self) -> Result<u32, Undeliverable>;
}

#[domain(aggregates(Account), services(Notices, Clerks))]
pub struct Office;

struct Smtp;

impl Notices for Smtp {
    async fn send(&self, _: &str) -> Result<(), Undeliverable> {
        Ok(())
    }
}

fn new<D: lawful::Domain>(_: impl lawful::Serves<D>) {}

fn without<D: lawful::program::Serviceless>() {}

fn main() {
    new::<Office>(OfficeServices { notices: Smtp });
    new::<Office>(OfficeServices { notices: Smtp, clerks: Smtp });
    new::<Bank>(Smtp);
    without::<Bank>();
}

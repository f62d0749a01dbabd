use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event(vresion = 2)]
    fn opened(&mut self, owner: &str) {
        self.owner = Some(owner.to_owned());
    }

    #[command(require(is_open))]
    fn open(&self, owner: &str) -> AccountEvent {
        AccountEvent::opened(owner)
    }

    #[rule(always)]
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }
}

fn main() {}

use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self) {
        let _ = Id::<Account>::new();
    }

    #[rule]
    fn is_late(&self) -> bool {
        std::time::SystemTime::now() > std::time::UNIX_EPOCH
    }

    #[command]
    fn open(&self) -> AccountEvent {
        let _ = rand::random::<u32>();
        let _ = Id::<Account>::new();
        let _ = self.owner.as_ref().unwrap();
        AccountEvent::opened()
    }
}

fn main() {}

use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    async fn opened(&mut self) {}

    #[command]
    unsafe fn open(&self) -> AccountEvent {
        AccountEvent::opened()
    }

    #[rule]
    extern "C" fn is_open(&self) -> bool {
        true
    }
}

fn main() {}

use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn heated(&mut self, by: f64) {}

    #[command]
    fn heat(&self, by: Option<f32>) -> Vec<AccountEvent> {
        Vec::new()
    }
}

fn main() {}

use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[rule]
    fn is_ada(&self) -> bool {
        self.name() == "Ada"
    }

    fn name(&self) -> &str {
        self.owner.as_deref().unwrap()
    }

    fn unrelated(&self) -> &str {
        self.owner.as_deref().unwrap()
    }
}

fn main() {}

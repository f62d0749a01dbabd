use lawful::prelude::*;

#[state]
struct Account {
    owner: Option<String>,
    balance: i64,
}

#[aggregate]
impl Account {
    #[event]
    fn opened(&mut self, owners: &[String]) {
        self.owner = Some(owners[0].clone());
        assert!(self.balance > 0);
    }

    #[rule]
    fn is_ada(&self) -> bool {
        self.owner.as_ref().unwrap() == "Ada"
    }

    #[rule]
    fn is_open(&self) -> bool {
        match &self.owner {
            Some(owner) => matches!(owner.parse::<u32>().expect("a number"), 1..),
            None => unreachable!("it was opened"),
        }
    }

    #[invariant]
    fn is_solvent(&self) -> bool {
        todo!()
    }
}

fn main() {}

//! Services and programs as data: whoever documents or draws a domain sees what its programs ask for.

use lawful::Domain;
use lawful::model::{AskModel, DomainModel};
use programs::{Account, AccountEvent, Bank, CallAccount, Cents};

#[test]
fn services_and_programs_are_shown_with_what_they_ask_for() {
    let model = Bank::model();
    let shown = model.to_string();
    let (_, shown) = shown.split_once("\n\nservice ").expect("a service");
    assert_eq!(
        shown,
        "notices: Tells people things.
  call send(to: Id<Account>, text: String) -> Result<(), Undeliverable>: Sends one.
  call count -> Result<u32, Undeliverable>: How many were sent under this key and before.

program transfer(from: Id<Account>, to: Id<Account>, amount: Cents) -> Result<(), Rejection>: Moves money from one account to another.
  requires is_payable(amount), differ(from, to)
  asks account.withdraw
  asks account.deposit

program pay(from: Id<Account>, to: Id<Account>, amount: Cents) -> Result<(), Rejection>: Moves money, then tells its new owner.
  asks transfer
  asks notices.send

program standing_order(from: Id<Account>, to: Vec<Id<Account>>, amount: Cents) -> Result<u32, Rejection>: Pays several, and all of them back if one fails.
  asks account.withdraw
  undoes with account.deposit
  asks account.deposit
  undoes with account.withdraw"
    );
}

#[test]
fn a_domain_comes_back_from_json_as_it_was() {
    let model = Bank::model();
    let json = serde_json::to_string(&model).expect("JSON");
    let back: DomainModel = serde_json::from_str(&json).expect("the model");
    assert_eq!(back, model);
    assert_eq!(back.to_string(), model.to_string());
    assert_eq!(serde_json::to_string(&back).expect("JSON"), json);

    // Written before services and programs were part of it.
    let old = r#"{"name":"Bank","doc":"","aggregates":[]}"#;
    let old: DomainModel = serde_json::from_str(old).expect("the model");
    assert!(old.services.is_empty() && old.programs.is_empty());
}

mod naming {
    use super::{Account, AccountEvent, CallAccount, Cents};
    use lawful::prelude::*;

    /// A purse, which knows other commands than an account.
    #[state]
    pub(crate) struct Purse {
        coins: u32,
    }

    #[aggregate]
    impl Purse {
        /// It was emptied.
        #[event]
        fn emptied(&mut self) {
            self.coins = 0;
        }

        /// Empties it.
        #[command]
        fn empty(&self) -> PurseEvent {
            PurseEvent::emptied()
        }
    }

    /// Money everywhere.
    #[domain(aggregates(Account, Purse), programs(sweep))]
    pub(crate) struct Money;

    /// Asks in every way there is, and does things that look like it.
    #[program]
    pub(crate) async fn sweep(
        money: &mut Perform<Money>,
        into: Id<Account>,
        purses: &[Id<Purse>],
        amount: Cents,
    ) -> Result<(), Rejection> {
        let balance = money.account(into).state().await.balance;
        money.of(into).deposit(amount + balance.min(0)).await?;
        for &purse in purses {
            money.of(purse).empty().await?;
        }
        helper(purses.iter().rev().count());
        let _ = AccountEvent::deposited(1);
        Ok(())
    }

    fn helper(_: usize) {}
}

#[test]
fn every_way_to_ask_is_found_and_nothing_else() {
    let model = naming::Money::model();
    let ask = |of: &'static str, call: &'static str| AskModel {
        of: of.into(),
        call: call.into(),
        undoes: false,
    };
    assert_eq!(
        *model.program("sweep").expect("the program").asks,
        [
            ask("account", "state"),
            ask("account", "deposit"),
            ask("purse", "empty"),
        ]
    );
}

//! A model runs alone as the code runs that it was declared with, on every state that was explored.

use bank::Account;
use counter::Counter;
use lawful::model::{AggregateModel, BinaryOp, Expr};
use lawful::{Aggregate, Datum};
use lawful_check::interpreted::{Call, Interpreted};
use lawful_check::{Domains, Scope, explore};
use todo::List;

/// The first difference between the compiled form and this model.
fn difference<A: Aggregate>(model: AggregateModel) -> Option<String> {
    let machine = Interpreted::new(model);
    let scope = Scope::new().budget(60);
    let found = explore(&Domains::<A>::derive(&scope).expect("values"));
    assert!(found.states().len() > 2);
    for state in found.states() {
        let before = Datum::of(state).expect("it serialises");
        for command in found.commands() {
            let call = Call::of_command(command);
            let interpreted = match machine.decide(&before, &call) {
                Ok(answer) => answer,
                Err(error) => return Some(format!("{command} in {before}: {error}")),
            };
            let native = state.decide(command);
            match (native, interpreted) {
                (Ok(events), Ok(calls)) => {
                    let events: Vec<_> = events.iter().collect();
                    let after = events.iter().fold(state.clone(), |mut state, event| {
                        state.evolve(event);
                        state
                    });
                    let native: Vec<_> = events.into_iter().map(Call::of_event).collect();
                    let folded = machine.fold(&before, &calls);
                    if native != calls || folded != Ok(Datum::of(&after).expect("it serialises")) {
                        return Some(format!("{command} in {before}"));
                    }
                }
                (Err(rejection), Err(refusal)) => {
                    let broken = rejection.broken().iter();
                    let native: Vec<_> = broken
                        .map(|broken| (broken.rule().to_owned(), broken.expected()))
                        .collect();
                    if native != refusal.rules {
                        return Some(format!("{command} in {before}"));
                    }
                }
                _ => return Some(format!("{command} in {before}")),
            }
        }
    }
    None
}

fn read_back<A: Aggregate>() -> AggregateModel {
    let written = serde_json::to_string(A::model()).expect("it serialises");
    AggregateModel::from_json(&written).expect("it was just written")
}

#[test]
fn a_model_that_was_read_back_runs_as_the_code_does() {
    assert_eq!(difference::<Account>(read_back::<Account>()), None);
    assert_eq!(difference::<Counter>(read_back::<Counter>()), None);
    assert_eq!(difference::<List>(read_back::<List>()), None);
}

#[test]
fn a_tree_that_says_something_else_is_seen() {
    let mut model = read_back::<Account>();
    let Expr::Binary { op, .. } = &mut model.rules.to_mut()[2].body else {
        panic!("a comparison");
    };
    *op = BinaryOp::Gt;
    assert_eq!(
        difference::<Account>(model).as_deref(),
        Some("withdraw(amount: 0) in Account { owner: none, balance: 0 }")
    );
}

#[test]
fn what_only_an_invariant_holds_back_is_told_apart() {
    let mut model = read_back::<Account>();
    model.commands.to_mut()[2].requires.to_mut().truncate(2);
    let account = Interpreted::new(model);
    let open = Call::of_event(&bank::AccountEvent::opened("Ada"));
    let state = account
        .fold(account.initial(), &[open])
        .expect("it evolves");
    let withdraw = Call::of_command(&bank::AccountCommand::withdraw(1));
    let refusal = account
        .decide(&state, &withdraw)
        .expect("it is decided")
        .expect_err("nothing is there");
    assert!(refusal.held_back);
    assert_eq!(refusal.rules, [("is_solvent".to_owned(), true)]);
}

#[test]
fn what_the_model_does_not_have_is_an_error() {
    let account = Interpreted::of::<Account>();
    let unknown = Call {
        name: "close".to_owned(),
        arguments: Vec::new(),
    };
    let says = |error: lawful::EvaluateError| error.to_string();
    assert_eq!(
        account.decide(account.initial(), &unknown).map_err(says),
        Err("`account` has no command `close`".to_owned())
    );
    assert_eq!(
        account.evolve(account.initial(), &unknown).map_err(says),
        Err("`account` has no event `close`".to_owned())
    );
    let short = Call {
        name: "deposit".to_owned(),
        arguments: Vec::new(),
    };
    let error = account
        .decide(account.initial(), &short)
        .expect_err("an argument is missing");
    assert!(error.to_string().contains("amount"), "{error}");
}

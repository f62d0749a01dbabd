//! The semantic difference of two versions of a model.

use bank::Account;
use lawful::model::{AggregateModel, BinaryOp, Expr, Field, Guard, Literal, RuleModel};
use lawful::{Aggregate, Datum};
use lawful_check::Scope;
use lawful_check::diff::{AnswerKind, Author, Diff, RuleKind, diff};
use std::borrow::Cow;

/// The account as it is, changed, written and read back: the earlier version.
fn earlier(change: impl FnOnce(&mut AggregateModel)) -> AggregateModel {
    let written = serde_json::to_string(Account::model()).expect("it serialises");
    let mut model = AggregateModel::from_json(&written).expect("it was just written");
    change(&mut model);
    let written = serde_json::to_string(&model).expect("it serialises");
    AggregateModel::from_json(&written).expect("it was just written")
}

fn compare(change: impl FnOnce(&mut AggregateModel)) -> Diff {
    diff::<Account>(&earlier(change), &Scope::new(), 40).expect("values")
}

fn rule<'m>(model: &'m mut AggregateModel, name: &str) -> &'m mut RuleModel {
    let rules = model.rules.to_mut().iter_mut();
    let mut all = rules.chain(model.invariants.to_mut());
    all.find(|rule| rule.name == name).expect("there is one")
}

fn flip(body: &mut Expr, to: BinaryOp) {
    let Expr::Binary { op, .. } = body else {
        panic!("expected a comparison, found {body}");
    };
    *op = to;
}

fn kinds(diff: &Diff) -> Vec<(AnswerKind, &str)> {
    let changes = diff.changes.iter();
    changes
        .map(|change| (change.kind, change.command.as_str()))
        .collect()
}

#[test]
fn the_same_model_has_no_difference() {
    let found = compare(|_| {});
    assert!(found.is_empty(), "{found}");
    insta::assert_snapshot!(found);
}

#[test]
fn a_rule_that_was_stronger_shows_what_is_accepted_now() {
    let found = compare(|model| flip(&mut rule(model, "covers").body, BinaryOp::Gt));
    assert_eq!(kinds(&found), [(AnswerKind::Accepted, "withdraw")]);
    assert_eq!(found.rules[0].kind, RuleKind::Weaker);
    insta::assert_snapshot!(found);
}

#[test]
fn a_guard_that_is_new_shows_what_is_refused_now() {
    let found = compare(|model| {
        let command = &mut model.commands.to_mut()[2];
        command.requires.to_mut().remove(1);
    });
    assert!(kinds(&found).contains(&(AnswerKind::Refused, "withdraw")));
    insta::assert_snapshot!(found);
}

#[test]
fn an_invariant_that_is_weaker_is_named() {
    let found = compare(|model| {
        let sides = vec![
            Expr::Field("balance".into()),
            Expr::Literal(Literal::Int {
                value: 1,
                ty: "".into(),
            }),
        ];
        rule(model, "is_solvent").body = Expr::Binary {
            op: BinaryOp::Ge,
            sides: Cow::Owned(sides),
        };
    });
    let change = &found.rules[0];
    assert_eq!(
        (change.rule.as_str(), change.invariant, change.kind),
        ("is_solvent", true, RuleKind::Weaker)
    );
    assert!(kinds(&found).contains(&(AnswerKind::Accepted, "open")));
    insta::assert_snapshot!(found);
}

#[test]
fn other_events_and_other_states_are_told() {
    let found = compare(|model| {
        // It recorded nothing when the account was opened, and took money in twice.
        model.commands.to_mut()[2].body = Expr::Array(Cow::Borrowed(&[]));
        let update = model.events[1].update.clone();
        model.events.to_mut()[1].update = Expr::Block {
            statements: Cow::Owned(vec![update.clone(), update]),
            value: false,
        };
    });
    assert_eq!(
        kinds(&found),
        [
            (AnswerKind::Refused, "withdraw"),
            (AnswerKind::OtherEvents, "withdraw"),
            (AnswerKind::OtherState, "deposit")
        ]
    );
    insta::assert_snapshot!(found);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let found = compare(|model| {
        let command = model.commands[1].clone();
        model.commands.to_mut().push(lawful::model::CommandModel {
            name: "close".into(),
            ..command
        });
        model.commands.to_mut()[1].parameters.to_mut()[0].ty = "u32".into();
        model.state.fields.to_mut().push(Field {
            name: "note".into(),
            ty: "String".into(),
        });
        let rule = model.rules[0].clone();
        model.rules.to_mut().push(RuleModel {
            name: "is_rich".into(),
            ..rule
        });
        if let Datum::Struct { fields, .. } = &mut model.initial.get() {
            fields.push(("note".to_owned(), Datum::Str(String::new())));
            model.initial = lawful::model::Constant::Known(Datum::Struct {
                name: "Account".to_owned(),
                fields: fields.clone(),
            });
        }
    });
    assert_eq!(kinds(&found), []);
    insta::assert_snapshot!(found);
}

#[test]
fn another_beginning_is_a_difference() {
    let found = compare(|model| {
        model.initial = lawful::model::Constant::Known(Datum::Struct {
            name: "Account".to_owned(),
            fields: vec![
                ("owner".to_owned(), Datum::Option(None)),
                ("balance".to_owned(), Datum::Int(lawful::IntType::I64, 7)),
            ],
        });
    });
    assert!(kinds(&found).contains(&(AnswerKind::Refused, "withdraw")));
    insta::assert_snapshot!(found.shape.join("\n"));
}

#[test]
fn a_difference_beyond_the_first_one_is_found_and_says_whose_history_it_is() {
    // Earlier, nobody could pay in; so nobody could take out either.
    let found = compare(|model| {
        let guard = model.commands[0].requires[0].clone();
        let never = Guard::All(Cow::Owned(vec![
            guard.clone(),
            Guard::Not(Cow::Owned(vec![guard])),
        ]));
        model.commands.to_mut()[1].requires = Cow::Owned(vec![never]);
        flip(&mut rule(model, "covers").body, BinaryOp::Gt);
    });
    let withdraw = found
        .changes
        .iter()
        .find(|change| change.command == "withdraw" && change.kind == AnswerKind::Accepted)
        .expect("it is accepted now");
    assert_eq!(withdraw.history, Author::Present);
    insta::assert_snapshot!(withdraw);
}

#[test]
fn a_difference_is_data_too() {
    let found = compare(|model| flip(&mut rule(model, "covers").body, BinaryOp::Gt));
    insta::assert_json_snapshot!(found);
}

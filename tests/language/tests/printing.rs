//! The canonical text of whole models, their JSON form and the fingerprint of their folds.

#[expect(unreachable_pub, dead_code, reason = "each test uses some of it")]
mod declared;

use declared::{LIMIT, LineItem, Status};
use lawful::model::{
    AggregateModel, CommandModel, DomainModel, EventModel, Expr, Field, FreeRef, Guard,
    HelperModel, List, Parameter, RuleKind, RuleModel, RuleRef, StateModel, Text, Upcast,
    ValueModel, Variant,
};
use std::borrow::Cow;

/// The tree of a body with these parameters.
macro_rules! read {
    (($($parameter:ident),*) $body:block) => {
        lawful::__private::__read!(
            aggregate Account;
            parameters($($parameter),*);
            rules(is_open(), covers(amount), is_payable(amount));
            helpers(available(), settle(amount));
            events(withdrawn(amount), closed(), charged(fee, reason), opened(owner));
            $body
        )
    };
}

const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

fn list<T: Clone>(items: Vec<T>) -> List<T> {
    Cow::Owned(items)
}

fn parameters(parameters: &[(&'static str, &'static str)]) -> List<Parameter> {
    let parameter = |&(name, ty): &_| Parameter {
        name: text(name),
        ty: text(ty),
        samples: Cow::Borrowed(&[]),
    };
    list(parameters.iter().map(parameter).collect())
}

fn fields(fields: &[(&'static str, &'static str)]) -> List<Field> {
    let field = |&(name, ty): &_| Field {
        name: text(name),
        ty: text(ty),
    };
    list(fields.iter().map(field).collect())
}

fn rule(
    name: &'static str,
    sentence: &'static str,
    names: &[&'static str],
    body: Expr,
) -> RuleModel {
    let typed: Vec<_> = names.iter().map(|name| (*name, "Cents")).collect();
    RuleModel {
        name: text(name),
        sentence: text(sentence),
        kind: RuleKind::Rule,
        parameters: parameters(&typed),
        body,
    }
}

fn own(name: &'static str, arguments: Vec<Expr>) -> Guard {
    Guard::Rule {
        rule: RuleRef::Own(text(name)),
        arguments: list(arguments),
    }
}

fn event(
    name: &'static str,
    doc: &'static str,
    typed: &[(&'static str, &'static str)],
    update: Expr,
) -> EventModel {
    EventModel {
        name: text(name),
        doc: text(doc),
        version: 1,
        parameters: parameters(typed),
        aliases: list(vec![]),
        upcasts: list(vec![]),
        update,
    }
}

fn command(name: &'static str, typed: &[(&'static str, &'static str)], body: Expr) -> CommandModel {
    CommandModel {
        name: text(name),
        doc: text(""),
        parameters: parameters(typed),
        requires: list(vec![]),
        unless: list(vec![]),
        body,
    }
}

/// The account of the language's own pages.
fn account() -> AggregateModel {
    AggregateModel {
        name: text("account"),
        doc: text(" A current account.\n\n Nobody reads on."),
        state: StateModel {
            name: text("Account"),
            fields: fields(&[("owner", "Option<String>"), ("balance", "Cents")]),
            variants: list(vec![]),
            values: list(vec![]),
        },
        rules: list(vec![
            rule(
                "is_open",
                "the account is open",
                &[],
                read!(() { self.owner.is_some() }),
            ),
            rule(
                "is_payable",
                "the amount is positive\n and within the limit",
                &["amount"],
                read!((amount) { 0 < amount && amount <= LIMIT }),
            ),
            rule(
                "covers",
                "the balance covers the amount",
                &["amount"],
                read!((amount) { self.balance >= amount }),
            ),
        ]),
        invariants: list(vec![RuleModel {
            kind: RuleKind::Invariant,
            ..rule(
                "is_solvent",
                "an account is never overdrawn",
                &[],
                read!(() { self.balance >= 0 }),
            )
        }]),
        helpers: list(vec![]),
        commands: list(vec![
            CommandModel {
                doc: text("Opens the account."),
                requires: list(vec![Guard::Not(list(vec![own("is_open", vec![])]))]),
                ..command(
                    "open",
                    &[("owner", "String")],
                    read!((owner) { AccountEvent::opened(owner) }),
                )
            },
            CommandModel {
                doc: text("Takes money out."),
                requires: list(vec![
                    own("is_open", vec![]),
                    own("is_payable", vec![read!((amount) { amount })]),
                    own("covers", vec![read!((amount) { amount })]),
                ]),
                ..command(
                    "withdraw",
                    &[("amount", "Cents")],
                    read!((amount) { AccountEvent::withdrawn(amount) }),
                )
            },
        ]),
        events: list(vec![
            event(
                "opened",
                "The account was opened for its owner.",
                &[("owner", "String")],
                read!((owner) { self.owner = Some(owner.to_owned()); }),
            ),
            event(
                "withdrawn",
                "Money went out.",
                &[("amount", "Cents")],
                read!((amount) { self.balance -= amount; }),
            ),
        ]),
        snapshot: None,
    }
}

#[test]
fn the_account_is_shown_as_the_language_pins_it() {
    insta::assert_snapshot!(account(), @r"
    aggregate account: A current account.
      state owner: Option<String>, balance: Cents
      rule is_open: the account is open
        owner is some
      rule is_payable(amount): the amount is positive and within the limit
        0 < amount && amount <= LIMIT
      rule covers(amount): the balance covers the amount
        balance >= amount
      invariant is_solvent: an account is never overdrawn
        balance >= 0
      constant LIMIT = 100000000
      command open(owner: String): Opens the account.
        requires not(is_open)
        emits opened(owner)
      command withdraw(amount: Cents): Takes money out.
        requires is_open, is_payable(amount), covers(amount)
        emits withdrawn(amount)
      event opened v1 (owner: String): The account was opened for its owner.
        self.owner = Some(owner)
      event withdrawn v1 (amount: Cents): Money went out.
        balance -= amount
    ");
}

/// A model that uses every part of the text.
#[allow(clippy::too_many_lines, reason = "one model, whole")]
fn order() -> AggregateModel {
    static MONEY: RuleModel = RuleModel {
        name: text("is_small"),
        sentence: text("the amount is small"),
        kind: RuleKind::Rule,
        parameters: Cow::Borrowed(&[Parameter {
            name: text("amount"),
            ty: text("Cents"),
            samples: Cow::Borrowed(&[]),
        }]),
        body: read!((amount) { amount < LIMIT / 1000 }),
    };
    let item = || {
        Some({
            static ITEM: StateModel = StateModel {
                name: text("LineItem"),
                fields: Cow::Borrowed(&[
                    Field {
                        name: text("id"),
                        ty: text("Id<LineItem>"),
                    },
                    Field {
                        name: text("price"),
                        ty: text("Money"),
                    },
                ]),
                variants: Cow::Borrowed(&[]),
                values: Cow::Borrowed(&[ValueModel::Native(money)]),
            };
            &ITEM
        })
    };
    AggregateModel {
        name: text("order"),
        doc: text(""),
        state: StateModel {
            name: text("Order"),
            fields: list(vec![]),
            variants: list(vec![
                Variant {
                    name: text("Draft"),
                    fields: list(vec![]),
                },
                Variant {
                    name: text("Placed"),
                    fields: fields(&[("lines", "Vec<LineItem>"), ("status", "Status")]),
                },
                Variant {
                    name: text("Held"),
                    fields: fields(&[("0", "Id<Account>"), ("1", "u32")]),
                },
            ]),
            values: list(vec![
                ValueModel::Native(item),
                ValueModel::Native(money),
                ValueModel::Native(|| None),
            ]),
        },
        rules: list(vec![
            rule(
                "fits",
                "it fits",
                &["amount"],
                read!((amount) {
                    let Some(rest) = self.rest else { return false };
                    let twice = rest * 2;
                    if twice > amount {
                        true
                    } else if amount == LIMIT {
                        match self.status {
                            Status::Open => true,
                            _ => { let one = 1; one > rest }
                        }
                    } else {
                        false
                    }
                }),
            ),
            rule(
                "is_odd",
                "",
                &[],
                read!(() { strange_function(self) && self.x }),
            ),
        ]),
        invariants: list(vec![RuleModel {
            kind: RuleKind::Step,
            ..rule(
                "never_shrinks",
                "it only grows",
                &["before"],
                read!((before) { self.len >= before.len }),
            )
        }]),
        helpers: list(vec![
            HelperModel {
                name: text("available"),
                parameters: list(vec![]),
                mutates: false,
                body: read!(() { self.balance - self.held }),
            },
            HelperModel {
                name: text("settle"),
                parameters: parameters(&[("amount", "Cents")]),
                mutates: true,
                body: read!((amount) { self.held -= amount; self.balance -= amount; }),
            },
        ]),
        commands: list(vec![
            CommandModel {
                requires: list(vec![
                    Guard::Rule {
                        rule: RuleRef::Free(text("money::is_small"), FreeRef::Native(&MONEY)),
                        arguments: list(vec![read!((amount) { amount + 1 })]),
                    },
                    Guard::Any(list(vec![
                        own("fits", vec![read!((amount) { &self.amount })]),
                        Guard::All(list(vec![own("is_odd", vec![])])),
                    ])),
                    Guard::Then(list(vec![own("is_odd", vec![])])),
                ]),
                unless: list(vec![Guard::Not(list(vec![own("is_odd", vec![])]))]),
                ..command(
                    "place",
                    &[("amount", "Cents")],
                    read!((amount) {
                        let fee = amount / 100;
                        if fee > 0 { Some([AccountEvent::withdrawn(amount), AccountEvent::charged(fee, "fee")]) } else { None }
                    }),
                )
            },
            command(
                "step",
                &[("amount", "Cents")],
                read!((amount) {
                    let mut next = self.deciding();
                    for line in &self.lines {
                        next.emit(AccountEvent::withdrawn(line.price));
                        if !next.covers(amount) { return Err(AccountRule::Covers); }
                    }
                    Ok(next)
                }),
            ),
            command(
                "settle",
                &[],
                read!(() {
                    if self.done { return vec![]; }
                    self.lines.iter().map(|line| AccountEvent::withdrawn(line.price)).collect()
                }),
            ),
            command(
                "choose",
                &[("how", "How")],
                read!((how) {
                    match how {
                        How::One(amount) => Ok(AccountEvent::withdrawn(amount)),
                        How::Two(amount) if amount > 3 => { let amount = amount - 3; Ok(AccountEvent::withdrawn(amount)) }
                        _ => Err(AccountRule::Covers),
                    }
                }),
            ),
            command(
                "maybe",
                &[("amount", "Cents")],
                read!((amount) { (amount > 0).then(|| AccountEvent::withdrawn(amount)) }),
            ),
            command(
                "all",
                &[],
                read!(() {
                    let mut events = vec![AccountEvent::closed()];
                    if self.fee > 0 { events.push(AccountEvent::charged(self.fee, "fee")); }
                    events
                }),
            ),
            command("odd", &[], read!(() { strange_events(self) })),
        ]),
        events: list(vec![
            EventModel {
                version: 3,
                aliases: list(vec![text("old_name")]),
                upcasts: list(vec![
                    Upcast {
                        from: 1,
                        path: text("from_v1"),
                    },
                    Upcast {
                        from: 2,
                        path: text("old::from_v2"),
                    },
                ]),
                ..event(
                    "placed",
                    "",
                    &[("lines", "Vec<LineItem>")],
                    read!((lines) {
                        for line in lines {
                            if line.price > 0 { self.total += line.price; } else { self.free += 1; self.seen = true; }
                        }
                        *self = Order::Placed { lines: lines.clone() };
                    }),
                )
            },
            event("closed", "It is over.", &[], read!(() {})),
            event(
                "changed",
                "",
                &[],
                read!(() {
                    match self.status { Status::Open => {} , Status::Held { until, .. } => self.until = until, _ => { self.a = 1; self.b = 2; } }
                    self.item = LineItem::default();
                    self.opaque.unknown();
                }),
            ),
        ]),
        snapshot: Some(100),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the form that a declaration has")]
fn money() -> Option<&'static StateModel> {
    static MONEY: StateModel = StateModel {
        name: text("Money"),
        fields: Cow::Borrowed(&[Field {
            name: text("0"),
            ty: text("i64"),
        }]),
        variants: Cow::Borrowed(&[]),
        values: Cow::Borrowed(&[]),
    };
    Some(&MONEY)
}

#[test]
fn every_part_has_its_place() {
    insta::assert_snapshot!(order());
}

#[test]
fn a_domain_shows_its_aggregates() {
    let domain = DomainModel {
        name: text("Bank"),
        doc: text("Retail banking."),
        aggregates: vec![
            account(),
            AggregateModel {
                commands: list(vec![]),
                ..account()
            },
        ],
    };
    insta::assert_snapshot!(domain);
}

#[test]
fn a_model_comes_back_from_json_as_it_was() {
    for model in [account(), order()] {
        let json = serde_json::to_string(&model).unwrap();
        let back: AggregateModel = serde_json::from_str(&json).unwrap();
        assert_eq!(back, model);
        assert_eq!(back.to_string(), model.to_string());
        assert_eq!(back.fold_fingerprint(), model.fold_fingerprint());
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
    }
    insta::assert_json_snapshot!(account());
}

/// How the account changes, and whether a snapshot of it is worth something afterwards.
#[track_caller]
fn changes_the_fold(changes: bool, change: impl FnOnce(&mut AggregateModel)) {
    let before = account();
    let mut after = account();
    change(&mut after);
    assert_ne!(before, after, "nothing was changed");
    assert_eq!(
        before.fold_fingerprint() != after.fold_fingerprint(),
        changes
    );
}

#[test]
fn a_fingerprint_changes_with_what_a_snapshot_depends_on() {
    changes_the_fold(true, |account| {
        account.events.to_mut()[1].update = read!((amount) { self.balance += amount; });
    });
    changes_the_fold(true, |account| {
        account.events.to_mut()[1].name = text("paid");
    });
    changes_the_fold(true, |account| account.events.to_mut()[1].version = 2);
    changes_the_fold(true, |account| {
        account.events.to_mut()[1].aliases = list(vec![text("paid")]);
    });
    changes_the_fold(true, |account| {
        account.events.to_mut()[1].upcasts = list(vec![Upcast {
            from: 1,
            path: text("from_v1"),
        }]);
    });
    changes_the_fold(true, |account| {
        account.events.to_mut()[1].parameters = parameters(&[("amount", "u32")]);
    });
    changes_the_fold(true, |account| {
        account.state.fields = fields(&[("owner", "Option<String>"), ("balance", "i32")]);
    });
    changes_the_fold(true, |account| {
        account.state.values = list(vec![ValueModel::Native(money)]);
    });
}

#[test]
fn a_fingerprint_does_not_change_with_rules_commands_and_sentences() {
    changes_the_fold(false, |account| account.doc = text("An account."));
    changes_the_fold(false, |account| account.rules = list(vec![]));
    changes_the_fold(false, |account| account.commands = list(vec![]));
    changes_the_fold(false, |account| {
        account.events.to_mut()[1].doc = text("It went.");
    });
    changes_the_fold(false, |account| account.snapshot = Some(3));
}

#[test]
fn a_fingerprint_follows_what_an_update_calls() {
    let calling = |body: Expr, rule_body: Expr| AggregateModel {
        events: list(vec![event(
            "closed",
            "",
            &[],
            read!(() { self.settle(3); }),
        )]),
        helpers: list(vec![
            HelperModel {
                name: text("settle"),
                parameters: parameters(&[("amount", "Cents")]),
                mutates: true,
                body,
            },
            HelperModel {
                name: text("available"),
                parameters: list(vec![]),
                mutates: false,
                body: read!(() { unknown() }),
            },
        ]),
        rules: list(vec![rule("is_open", "", &[], rule_body)]),
        ..account()
    };
    let open = || read!(() { self.owner.is_some() });
    let settle = || read!((amount) { if self.is_open() { self.balance -= amount; } });
    let first = calling(settle(), open()).fold_fingerprint();
    assert!(
        first.is_some(),
        "`available` is opaque, but no event reaches it"
    );
    assert_eq!(first, calling(settle(), open()).fold_fingerprint());
    assert_ne!(
        first,
        calling(
            read!((amount) { if self.is_open() { self.balance += amount; } }),
            open()
        )
        .fold_fingerprint()
    );
    assert_ne!(
        first,
        calling(settle(), read!(() { self.owner.is_none() })).fold_fingerprint()
    );
    assert_eq!(
        calling(read!(() { self.x = self.available(); }), open()).fold_fingerprint(),
        None
    );
}

#[test]
fn a_fingerprint_follows_the_values_of_constants() {
    let with = |update| AggregateModel {
        events: list(vec![event("closed", "", &[], update)]),
        ..account()
    };
    let known = |value: i64| {
        Expr::Constant(
            text("LIMIT"),
            lawful::model::Constant::Known(lawful::Datum::of(&value).unwrap()),
        )
    };
    assert_ne!(
        with(known(3)).fold_fingerprint(),
        with(known(4)).fold_fingerprint()
    );
}

#[test]
fn a_fold_that_is_not_understood_has_a_fingerprint_only_on_demand() {
    let with = |snapshot, update| AggregateModel {
        events: list(vec![event("closed", "", &[], update)]),
        snapshot,
        ..account()
    };
    let one = || read!(() { self.balance = compute(1); });
    let other = || read!(() { self.balance = compute(2); });
    assert_eq!(with(None, one()).fold_fingerprint(), None);
    assert!(with(Some(10), one()).fold_fingerprint().is_some());
    assert_ne!(
        with(Some(10), one()).fold_fingerprint(),
        with(Some(10), other()).fold_fingerprint()
    );
    assert_eq!(with(None, one()).opaque(), ["compute(1)"]);
}

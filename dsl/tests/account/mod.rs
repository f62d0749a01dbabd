//! The account of the language's first page, written by hand: what the macros write from the declaration.

use lawful::log::Undecodable;
use lawful::model::{
    AggregateModel, BinaryOp, CommandModel, Constant, EventModel, Expr, Field, Guard, HelperModel,
    List, Literal, Parameter, Pattern, RuleKind, RuleModel, RuleRef, StateModel, Text,
};
use lawful::{
    __private::{self, datum},
    Aggregate, Command, Datum, Event, Events, Named, Rejection, Rule, State,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow::{Borrowed, Owned};
use std::fmt::{Display, Formatter};
use std::sync::LazyLock;

const LIMIT: i64 = 100_000_000;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) owner: Option<String>,
    pub(crate) balance: i64,
    pub(crate) held: Vec<Hold>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hold {
    pub(crate) amount: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: i64 },
    Withdrawn { amount: i64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum AccountCommand {
    Open { owner: String },
    Deposit { amount: i64 },
    Withdraw { amount: i64 },
    Spend { amount: i64 },
    Settle,
    Overdraw { amount: i64 },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum AccountRule {
    IsOpen,
    IsPayable,
    Covers,
    IsSpendable,
    IsSettled,
    IsLucky,
    IsSolvent,
    Grows,
}

impl Rule for AccountRule {
    fn aggregate(&self) -> &'static str {
        "account"
    }

    fn name(&self) -> &'static str {
        match self {
            AccountRule::IsOpen => "is_open",
            AccountRule::IsPayable => "is_payable",
            AccountRule::Covers => "covers",
            AccountRule::IsSpendable => "is_spendable",
            AccountRule::IsSettled => "is_settled",
            AccountRule::IsLucky => "is_lucky",
            AccountRule::IsSolvent => "is_solvent",
            AccountRule::Grows => "grows",
        }
    }

    fn sentence(&self) -> &'static str {
        MODEL.rule(self.name()).map_or("", |rule| &rule.sentence)
    }
}

impl Display for AccountRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Display for AccountEvent {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Display for AccountCommand {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Event for AccountEvent {
    fn name(&self) -> &'static str {
        match self {
            AccountEvent::Opened { .. } => "opened",
            AccountEvent::Deposited { .. } => "deposited",
            AccountEvent::Withdrawn { .. } => "withdrawn",
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Datum)> {
        match self {
            AccountEvent::Opened { owner } => vec![("owner", datum(owner))],
            AccountEvent::Deposited { amount } | AccountEvent::Withdrawn { amount } => {
                vec![("amount", datum(amount))]
            }
        }
    }

    fn schema_version(&self) -> u32 {
        1
    }

    fn encode(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    fn decode(_name: &str, _version: u32, data: &str) -> Result<Self, Undecodable> {
        serde_json::from_str(data).map_err(|error| Undecodable::Data(error.to_string()))
    }
}

impl Command for AccountCommand {
    fn name(&self) -> &'static str {
        match self {
            AccountCommand::Open { .. } => "open",
            AccountCommand::Deposit { .. } => "deposit",
            AccountCommand::Withdraw { .. } => "withdraw",
            AccountCommand::Spend { .. } => "spend",
            AccountCommand::Settle => "settle",
            AccountCommand::Overdraw { .. } => "overdraw",
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Datum)> {
        match self {
            AccountCommand::Open { owner } => vec![("owner", datum(owner))],
            AccountCommand::Deposit { amount }
            | AccountCommand::Withdraw { amount }
            | AccountCommand::Spend { amount }
            | AccountCommand::Overdraw { amount } => vec![("amount", datum(amount))],
            AccountCommand::Settle => Vec::new(),
        }
    }
}

impl State for Account {
    const DOC: &'static str = "A current account.";
    const SHAPE: &'static StateModel = &STATE;

    fn field(&self, name: &str) -> Option<Datum> {
        match name {
            "owner" => Some(datum(&self.owner)),
            "balance" => Some(datum(&self.balance)),
            "held" => Some(datum(&self.held)),
            _ => None,
        }
    }
}

impl Named for Account {
    const NAME: &'static str = "account";
}

impl Aggregate for Account {
    type Command = AccountCommand;
    type Event = AccountEvent;
    type Rule = AccountRule;

    const NAME: &'static str = "account";
    const HAS_INVARIANTS: bool = true;

    fn model() -> &'static AggregateModel {
        &MODEL
    }

    fn propose(&self, command: &AccountCommand) -> Result<Events<AccountEvent>, Rejection> {
        let holds = match command {
            AccountCommand::Open { .. } => vec![self.is_open()],
            AccountCommand::Deposit { amount } => vec![self.is_open(), is_payable(*amount)],
            AccountCommand::Withdraw { amount } => {
                vec![self.is_open(), is_payable(*amount), self.covers(*amount)]
            }
            AccountCommand::Spend { amount } if self.is_open() => {
                vec![true, self.is_spendable(amount.wrapping_mul(2))]
            }
            AccountCommand::Spend { .. } => vec![false],
            AccountCommand::Settle => vec![self.is_settled()],
            AccountCommand::Overdraw { .. } => vec![],
        };
        let expected = !matches!(command, AccountCommand::Open { .. });
        if holds.iter().any(|holds| *holds != expected) {
            return Err(__private::requires(self, command, &holds));
        }
        let decided: Result<AccountEvent, AccountRule> = match command.clone() {
            AccountCommand::Open { owner } => Ok(AccountEvent::Opened { owner }),
            AccountCommand::Deposit { amount } => Ok(AccountEvent::Deposited { amount }),
            AccountCommand::Settle => Err(AccountRule::Covers),
            AccountCommand::Withdraw { amount }
            | AccountCommand::Spend { amount }
            | AccountCommand::Overdraw { amount } => Ok(AccountEvent::Withdrawn { amount }),
        };
        __private::decided(self, command, decided)
    }

    fn uphold(before: &Self, after: &Self, command: &AccountCommand) -> Result<(), Rejection> {
        let mut broken = Vec::new();
        if after.balance < 0 && (before.balance >= 0 || *before == Account::default()) {
            broken.push(AccountRule::IsSolvent);
        }
        if after.balance < before.balance - 1_000 {
            broken.push(AccountRule::Grows);
        }
        if broken.is_empty() {
            Ok(())
        } else {
            Err(__private::invariants(before, after, command, &broken))
        }
    }

    fn evolve(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::Opened { owner } => self.owner = Some(owner.clone()),
            AccountEvent::Deposited { amount } => self.balance += amount,
            AccountEvent::Withdrawn { amount } => self.balance -= amount,
        }
    }

    fn broken_invariants(&self) -> Vec<AccountRule> {
        Vec::new()
    }
}

impl Account {
    fn is_open(&self) -> bool {
        self.owner.is_some()
    }

    fn covers(&self, amount: i64) -> bool {
        self.balance >= amount
    }

    fn available(&self) -> i64 {
        self.balance - self.held.iter().map(|hold| hold.amount).sum::<i64>()
    }

    fn is_spendable(&self, amount: i64) -> bool {
        self.is_open() && self.available() >= amount
    }

    fn is_settled(&self) -> bool {
        self.held.iter().all(|hold| hold.amount > 0)
    }
}

fn is_payable(amount: i64) -> bool {
    0 < amount && amount <= LIMIT
}

type Parts = Vec<Expr>;

const fn text(text: &'static str) -> Text {
    Borrowed(text)
}

fn list(parts: Parts) -> List<Expr> {
    Owned(parts)
}

fn parameter(name: &'static str, ty: &'static str) -> Parameter {
    Parameter {
        name: text(name),
        ty: text(ty),
        samples: Owned(Vec::new()),
    }
}

fn int(value: i128) -> Expr {
    Expr::Literal(Literal::Int {
        value,
        ty: text(""),
    })
}

fn binary(op: BinaryOp, sides: Parts) -> Expr {
    Expr::Binary {
        op,
        sides: list(sides),
    }
}

fn method(name: &'static str, of: Parts, arguments: Parts) -> Expr {
    Expr::Method {
        name: text(name),
        of: list(of),
        arguments: list(arguments),
    }
}

const BALANCE: Expr = Expr::Field(text("balance"));
const OWNER: Expr = Expr::Field(text("owner"));
const HELD: Expr = Expr::Field(text("held"));
const AMOUNT: Expr = Expr::Parameter(text("amount"));
const HOLD: Expr = Expr::Local(text("hold"));
fn amounts() -> Vec<Parameter> {
    vec![parameter("amount", "Cents")]
}

fn rule(
    name: &'static str,
    sentence: &'static str,
    kind: RuleKind,
    parameters: Vec<Parameter>,
    body: Expr,
) -> RuleModel {
    RuleModel {
        name: text(name),
        sentence: text(sentence),
        kind,
        parameters: Owned(parameters),
        body,
    }
}

fn guard(name: &'static str, arguments: Parts) -> Guard {
    Guard::Rule {
        rule: RuleRef::Own(text(name)),
        arguments: list(arguments),
    }
}

fn command(
    name: &'static str,
    parameters: Vec<Parameter>,
    requires: Vec<Guard>,
    body: Expr,
) -> CommandModel {
    CommandModel {
        name: text(name),
        doc: text(""),
        parameters: Owned(parameters),
        requires: Owned(requires),
        unless: Owned(vec![]),
        body,
    }
}

fn records(name: &'static str, field: Vec<Text>, value: Parts) -> Expr {
    Expr::Event {
        name: text(name),
        fields: Owned(field),
        values: list(value),
    }
}

fn event(name: &'static str, parameters: Vec<Parameter>, update: Expr) -> EventModel {
    EventModel {
        name: text(name),
        doc: text(""),
        version: 1,
        parameters: Owned(parameters),
        aliases: Owned(vec![]),
        upcasts: Owned(vec![]),
        update,
    }
}

fn hold_amount() -> Expr {
    Expr::Access {
        of: list(vec![HOLD]),
        field: text("amount"),
    }
}

fn over_holds(body: Parts) -> Expr {
    Expr::Closure {
        parameters: Owned(vec![Pattern::Bind(text("hold"), Owned(vec![]))]),
        body: list(body),
    }
}

static STATE: StateModel = StateModel {
    name: text("Account"),
    fields: Borrowed(&[
        Field {
            name: text("owner"),
            ty: text("Option<String>"),
        },
        Field {
            name: text("balance"),
            ty: text("Cents"),
        },
        Field {
            name: text("held"),
            ty: text("Vec<Hold>"),
        },
    ]),
    variants: Borrowed(&[]),
    values: Borrowed(&[]),
};

static MODEL: LazyLock<AggregateModel> = LazyLock::new(|| AggregateModel {
    name: text("account"),
    doc: text("A current account."),
    state: STATE.clone(),
    rules: Owned(vec![
        rule(
            "is_open",
            "the account is open",
            RuleKind::Rule,
            vec![],
            method("is_some", vec![OWNER], vec![]),
        ),
        rule(
            "is_payable",
            "the amount is positive and within the limit",
            RuleKind::Rule,
            amounts(),
            binary(
                BinaryOp::And,
                vec![
                    binary(BinaryOp::Lt, vec![int(0), AMOUNT]),
                    binary(
                        BinaryOp::Le,
                        vec![
                            AMOUNT,
                            Expr::Constant(text("LIMIT"), Constant::Native(|| datum(&LIMIT))),
                        ],
                    ),
                ],
            ),
        ),
        rule(
            "covers",
            "the balance covers the amount",
            RuleKind::Rule,
            amounts(),
            binary(BinaryOp::Ge, vec![BALANCE, AMOUNT]),
        ),
        rule(
            "is_spendable",
            "what is not held covers the amount",
            RuleKind::Rule,
            amounts(),
            binary(
                BinaryOp::And,
                vec![
                    Expr::Rule {
                        name: text("is_open"),
                        arguments: list(vec![]),
                    },
                    binary(
                        BinaryOp::Ge,
                        vec![
                            Expr::Helper {
                                name: text("available"),
                                arguments: list(vec![]),
                            },
                            AMOUNT,
                        ],
                    ),
                ],
            ),
        ),
        rule(
            "is_lucky",
            "the account is lucky",
            RuleKind::Rule,
            vec![],
            binary(
                BinaryOp::And,
                vec![
                    binary(BinaryOp::Gt, vec![BALANCE, int(7)]),
                    Expr::Opaque(text("luck(&self.owner)")),
                ],
            ),
        ),
        rule(
            "is_settled",
            "every hold is positive",
            RuleKind::Rule,
            vec![],
            method(
                "all",
                vec![method("iter", vec![HELD], vec![])],
                vec![over_holds(vec![binary(
                    BinaryOp::Gt,
                    vec![hold_amount(), int(0)],
                )])],
            ),
        ),
    ]),
    invariants: Owned(vec![
        rule(
            "is_solvent",
            "an account is never overdrawn",
            RuleKind::Invariant,
            vec![],
            binary(BinaryOp::Ge, vec![BALANCE, int(0)]),
        ),
        rule(
            "grows",
            "no command takes more than a thousand",
            RuleKind::Step,
            vec![parameter("before", "Account")],
            binary(
                BinaryOp::Ge,
                vec![
                    BALANCE,
                    binary(
                        BinaryOp::Sub,
                        vec![
                            Expr::Access {
                                of: list(vec![Expr::Parameter(text("before"))]),
                                field: text("balance"),
                            },
                            int(1_000),
                        ],
                    ),
                ],
            ),
        ),
    ]),
    commands: Owned(vec![
        command(
            "open",
            vec![parameter("owner", "String")],
            vec![Guard::Not(Owned(vec![guard("is_open", vec![])]))],
            records(
                "opened",
                vec![text("owner")],
                vec![Expr::Parameter(text("owner"))],
            ),
        ),
        command(
            "deposit",
            amounts(),
            vec![guard("is_open", vec![]), guard("is_payable", vec![AMOUNT])],
            records("deposited", vec![text("amount")], vec![AMOUNT]),
        ),
        command(
            "withdraw",
            amounts(),
            vec![
                guard("is_open", vec![]),
                guard("is_payable", vec![AMOUNT]),
                guard("covers", vec![AMOUNT]),
            ],
            records("withdrawn", vec![text("amount")], vec![AMOUNT]),
        ),
        command(
            "spend",
            amounts(),
            vec![
                guard("is_open", vec![]),
                Guard::Then(Owned(vec![guard(
                    "is_spendable",
                    vec![method("wrapping_mul", vec![AMOUNT], vec![int(2)])],
                )])),
            ],
            records("withdrawn", vec![text("amount")], vec![AMOUNT]),
        ),
        command(
            "settle",
            vec![],
            vec![guard("is_settled", vec![])],
            Expr::Construct {
                path: text("Err"),
                fields: Owned(vec![text("0")]),
                values: list(vec![Expr::Broken(text("covers"))]),
                base: list(vec![]),
            },
        ),
        command(
            "overdraw",
            amounts(),
            vec![],
            records("withdrawn", vec![text("amount")], vec![AMOUNT]),
        ),
    ]),
    events: Owned(vec![
        event(
            "opened",
            vec![parameter("owner", "String")],
            Expr::Assign {
                op: None,
                sides: list(vec![
                    OWNER,
                    Expr::Construct {
                        path: text("Some"),
                        fields: Owned(vec![text("0")]),
                        values: list(vec![Expr::Parameter(text("owner"))]),
                        base: list(vec![]),
                    },
                ]),
            },
        ),
        event(
            "deposited",
            amounts(),
            Expr::Assign {
                op: Some(BinaryOp::Add),
                sides: list(vec![BALANCE, AMOUNT]),
            },
        ),
        event(
            "withdrawn",
            amounts(),
            Expr::Assign {
                op: Some(BinaryOp::Sub),
                sides: list(vec![BALANCE, AMOUNT]),
            },
        ),
    ]),
    helpers: Owned(vec![HelperModel {
        name: text("available"),
        parameters: Owned(vec![]),
        mutates: false,
        body: binary(
            BinaryOp::Sub,
            vec![
                BALANCE,
                method(
                    "sum",
                    vec![method(
                        "map",
                        vec![method("iter", vec![HELD], vec![])],
                        vec![over_holds(vec![hold_amount()])],
                    )],
                    vec![],
                ),
            ],
        ),
    }]),
    snapshot: None,
});

use super::{List, Text};
use crate::Datum;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a rule, an event or a command says, as a tree. Statements are expressions too, as in Rust.
///
/// Lists that hold exactly one expression are called by their role and documented as such.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Expr {
    /// `0`, `true`, `"EUR"`.
    Literal(Literal),
    /// A constant, unit variant or unit struct, by its path as written: `LIMIT`, `i64::MAX`, `Status::Open`, `Self::MAX`.
    Constant(Text, Constant),
    /// `self.balance`.
    Field(Text),
    /// `self`, whole.
    State,
    /// A parameter of the rule, command, event or helper.
    Parameter(Text),
    /// A name bound by `let`, a pattern or a closure.
    Local(Text),
    /// `of.field`, also `of.0`.
    Access {
        /// One expression: what is looked into.
        of: List<Expr>,
        /// The field's name or index.
        field: Text,
    },
    /// `&mut place`, one expression: what it is bound to or passed to changes the place. Without it (and without a method that
    /// gives out places, such as `get_mut`, `iter_mut`, `entry` or `as_mut`) a name holds a value of its own: after
    /// `let mut copy = self.items`, a change of `copy` leaves the state alone. Patterns over `self`, over a `Borrow` and over names
    /// that stand for places bind places.
    Borrow(List<Expr>),
    /// `!x`, `-x`. Other references and dereferences are not kept.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// One expression.
        of: List<Expr>,
    },
    /// `left op right`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Two expressions: left and right.
        sides: List<Expr>,
    },
    /// `x as i64`.
    Cast {
        /// One expression.
        of: List<Expr>,
        /// The integer type.
        ty: Text,
    },
    /// `if condition { then } else { otherwise }`; `if let` is an `if` whose condition is [`Expr::Let`].
    If {
        /// Two or three expressions: condition, then, otherwise.
        parts: List<Expr>,
    },
    /// `let pattern = of` as a condition: binds names in what follows and tells whether the pattern fits. Also `matches!`.
    Let {
        /// What must fit.
        pattern: Pattern,
        /// One expression.
        of: List<Expr>,
        /// None or one: the `if` guard of `matches!(x, p if guard)`.
        guard: List<Expr>,
    },
    /// `match of { arms }`.
    Match {
        /// One expression.
        of: List<Expr>,
        /// The arms, in order.
        arms: List<Arm>,
    },
    /// `of.name(arguments)`: a method of the standard library, by its Rust name (`is_some`, `get`, `insert`, `iter`, `all`).
    /// `of[at]` is the method `index`.
    Method {
        /// The method's name.
        name: Text,
        /// One expression: the receiver.
        of: List<Expr>,
        /// Its arguments.
        arguments: List<Expr>,
    },
    /// `|parameters| body`, an argument of a method.
    Closure {
        /// What it binds.
        parameters: List<Pattern>,
        /// One expression.
        body: List<Expr>,
    },
    /// A call to a rule of the same aggregate.
    Rule {
        /// The rule's name.
        name: Text,
        /// Its arguments beside the state.
        arguments: List<Expr>,
    },
    /// A call to a method of the same `impl` that carries no attribute.
    Helper {
        /// The helper's name.
        name: Text,
        /// Its arguments beside the state.
        arguments: List<Expr>,
    },
    /// A rule or helper of another state of the same aggregate: `before.total()`, `next.covers(amount)`. The call's arguments belong
    /// to where it stands, and only what it calls sees the other state.
    Of {
        /// One expression: the other state.
        state: List<Expr>,
        /// One expression: [`Expr::Rule`] or [`Expr::Helper`].
        call: List<Expr>,
    },
    /// A call of a known associated function without a receiver: `String::new()`, `Vec::new()`, `Duration::from_secs(3)`.
    Function {
        /// The path as written.
        path: Text,
        /// Its arguments.
        arguments: List<Expr>,
    },
    /// `Some(x)`, `Status::Held(by)`, `LineItem { id, quantity }`. Fields of a tuple form are named `0`, `1`.
    Construct {
        /// The path as written: `Some`, `Order::Placed`.
        path: Text,
        /// The fields' names, as many as `values`.
        fields: List<Text>,
        /// The fields' values.
        values: List<Expr>,
        /// None or one: the rest, from `..base`.
        base: List<Expr>,
    },
    /// `(a, b)`; the unit value is the empty tuple.
    Tuple(List<Expr>),
    /// `[a, b]`, `vec![a, b]`.
    Array(List<Expr>),
    /// `from..to` or `from..=to`, in which either end may be left out.
    Range {
        /// None or one expression.
        from: List<Expr>,
        /// None or one expression.
        to: List<Expr>,
        /// Whether `to` belongs to it.
        inclusive: bool,
    },
    /// Statements in order; the block's value is the last one's, unless it ended in a semicolon.
    Block {
        /// The statements.
        statements: List<Expr>,
        /// Whether the last statement is the block's value.
        value: bool,
    },
    /// `let pattern = value;`, and `let pattern = value else { otherwise };`.
    Bind {
        /// What is bound.
        pattern: Pattern,
        /// One or two expressions: the value, and what happens when the pattern does not fit.
        parts: List<Expr>,
    },
    /// `place = value`, `place += value`. A place is a field, `self`, an access to either, a name that stands for a place, or a
    /// method that gives out a place (`*self.counts.entry(key).or_default() += 1`).
    Assign {
        /// None for `=`.
        op: Option<BinaryOp>,
        /// Two expressions: place and value.
        sides: List<Expr>,
    },
    /// `for pattern in over { body }`.
    For {
        /// What each element binds.
        pattern: Pattern,
        /// Two expressions: over and body.
        parts: List<Expr>,
    },
    /// `return value`.
    Return(List<Expr>),
    /// `x?` in a body that returns an `Option` or a `Result`: one expression.
    Try(List<Expr>),
    /// `AccountEvent::withdrawn(amount)` in a command body.
    Event {
        /// The event's name in snake case.
        name: Text,
        /// The parameters' names, as many as `values`.
        fields: List<Text>,
        /// Their values.
        values: List<Expr>,
    },
    /// `self.deciding()` in a command body.
    Deciding,
    /// `next.emit(event)` in a command body: two expressions, the deciding and the event.
    Emit(List<Expr>),
    /// `AccountRule::Covers` in a command body.
    Broken(Text),
    /// Code that was not understood: its source text with canonical spacing. Every analysis says what it did not see.
    Opaque(Text),
}

/// One arm of a `match`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// What must fit.
    pub pattern: Pattern,
    /// None or one: the `if` guard.
    pub guard: List<Expr>,
    /// One expression.
    pub body: List<Expr>,
}

/// What a `match`, `let` or closure binds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Pattern {
    /// `_`.
    Wild,
    /// `..` between the elements of a tuple or slice: any number of them. In [`Pattern::Construct`] it is not kept: fields that are
    /// not named may hold anything.
    Rest,
    /// A name, and what it must fit (`name @ pattern`): none or one.
    Bind(Text, List<Pattern>),
    /// `0`, `"EUR"`.
    Literal(Literal),
    /// A constant or unit variant.
    Constant(Text, Constant),
    /// `0..=9`: none or one expression for each end.
    Range {
        /// The least value.
        from: List<Expr>,
        /// The greatest value.
        to: List<Expr>,
        /// Whether `to` belongs to it.
        inclusive: bool,
    },
    /// `Some(x)`, `Order::Placed { lines, .. }`. Fields of a tuple form are named `0`, `1`.
    Construct {
        /// The path as written.
        path: Text,
        /// The fields' names, as many as `patterns`.
        fields: List<Text>,
        /// What each must fit.
        patterns: List<Pattern>,
    },
    /// `(a, b)`.
    Tuple(List<Pattern>),
    /// `[a, b]`, `[first, ..]`.
    Slice(List<Pattern>),
    /// `a | b`.
    Any(List<Pattern>),
}

/// A literal of the source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Literal {
    /// `true`.
    Bool(bool),
    /// `100_000`, without its separators; `ty` is its suffix, or empty.
    Int {
        /// The value.
        value: i128,
        /// `i64`, or empty.
        ty: Text,
    },
    /// `0.5`, as written.
    Float(Text),
    /// `"EUR"`.
    Str(Text),
    /// `'x'`.
    Char(char),
}

/// The value of a constant: the macro sees its name only, so a declaration holds a function that gives the value.
#[derive(Clone)]
pub enum Constant {
    /// From a declaration.
    Native(fn() -> Datum),
    /// Read back.
    Known(Datum),
}

impl Constant {
    /// The value.
    #[must_use]
    pub fn get(&self) -> Datum {
        match self {
            Constant::Native(value) => value(),
            Constant::Known(value) => value.clone(),
        }
    }
}

impl std::fmt::Debug for Constant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Serialize for Constant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Datum::deserialize(deserializer).map(Constant::Known)
    }
}

/// Operators with one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnaryOp {
    /// `!`.
    Not,
    /// `-`.
    Neg,
}

/// Operators with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are those of std::ops")]
pub enum BinaryOp {
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
}

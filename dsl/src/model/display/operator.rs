use crate::model::{BinaryOp, Expr, List, Literal, UnaryOp};

/// How tightly a form of expression binds. Parentheses stand only where the tree would be another without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Lowest,
    Range,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Unary,
    Postfix,
}

impl Level {
    /// The next tighter one.
    pub(super) fn tighter(self) -> Level {
        match self {
            Level::Lowest => Level::Range,
            Level::Range => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Compare,
            Level::Compare => Level::BitOr,
            Level::BitOr => Level::BitXor,
            Level::BitXor => Level::BitAnd,
            Level::BitAnd => Level::Shift,
            Level::Shift => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Cast,
            Level::Cast => Level::Unary,
            Level::Unary | Level::Postfix => Level::Postfix,
        }
    }

    pub(super) fn of(expr: &Expr) -> Level {
        match expr {
            Expr::Literal(Literal::Int { value, .. }) if *value < 0 => Level::Unary,
            Expr::Binary { op, .. } => Level::of_binary(*op),
            Expr::Let { guard, pattern, .. } if guard.is_empty() && pattern.binds() => {
                Level::Compare
            }
            Expr::Method {
                name, arguments, ..
            } if arguments.is_empty() && word(name).is_some() => Level::Compare,
            Expr::Unary { op, of } if denied(*op, of).is_some() => Level::Compare,
            Expr::Unary { .. } | Expr::Borrow(_) => Level::Unary,
            Expr::Cast { .. } => Level::Cast,
            Expr::Range { .. } => Level::Range,
            Expr::If { .. }
            | Expr::Match { .. }
            | Expr::Block { .. }
            | Expr::Closure { .. }
            | Expr::Bind { .. }
            | Expr::Assign { .. }
            | Expr::For { .. }
            | Expr::Return(_) => Level::Lowest,
            _ => Level::Postfix,
        }
    }

    pub(super) fn of_binary(op: BinaryOp) -> Level {
        match op {
            BinaryOp::Or => Level::Or,
            BinaryOp::And => Level::And,
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge => Level::Compare,
            BinaryOp::BitOr => Level::BitOr,
            BinaryOp::BitXor => Level::BitXor,
            BinaryOp::BitAnd => Level::BitAnd,
            BinaryOp::Shl | BinaryOp::Shr => Level::Shift,
            BinaryOp::Add | BinaryOp::Sub => Level::Sum,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => Level::Product,
        }
    }
}

/// Questions without arguments read as words: `owner is some`.
pub(super) fn word(method: &str) -> Option<&'static str> {
    Some(match method {
        "is_some" => "some",
        "is_none" => "none",
        "is_ok" => "ok",
        "is_err" => "err",
        "is_empty" => "empty",
        _ => return None,
    })
}

/// A question that is answered with no reads so too: `lines is not empty`. What is asked about, and the word.
pub(super) fn denied(op: UnaryOp, of: &[Expr]) -> Option<(&List<Expr>, &'static str)> {
    match (op, of) {
        (
            UnaryOp::Not,
            [
                Expr::Method {
                    name,
                    of,
                    arguments,
                },
            ],
        ) if arguments.is_empty() => Some((of, word(name)?)),
        _ => None,
    }
}

pub(super) fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
    }
}

pub(super) fn prefix(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Neg => "-",
    }
}

use lawful::Datum;
use lawful::model::{AggregateModel, BinaryOp, Expr, Literal, Pattern};
use std::collections::BTreeSet;
use std::time::Duration;

/// The constants that the rules, invariants and bodies of a model compare something with.
#[derive(Debug, Clone, Default)]
pub(super) struct Constants {
    pub(super) ints: BTreeSet<i128>,
    pub(super) floats: Vec<f64>,
    pub(super) texts: BTreeSet<String>,
    pub(super) chars: BTreeSet<char>,
    pub(super) durations: BTreeSet<Duration>,
    pub(super) moments: BTreeSet<i64>,
    /// Whether something asks if a text is empty or blank.
    pub(super) blank: bool,
}

impl Constants {
    pub(super) fn of(model: &AggregateModel) -> Self {
        let mut constants = Constants::default();
        constants.add(model);
        constants
    }

    pub(super) fn add(&mut self, model: &AggregateModel) {
        for tree in model.trees() {
            tree.walk(&mut |expr| self.look(expr));
        }
    }

    fn look(&mut self, expr: &Expr) {
        match expr {
            Expr::Binary { op, sides } if compares(*op) && !sides.iter().any(is_count) => {
                sides.iter().for_each(|side| self.take(side));
            }
            Expr::Method {
                name,
                of,
                arguments,
            } => match &**name {
                "is_empty" | "trim" | "len" | "chars" => self.blank = true,
                "contains" | "min" | "max" | "clamp" | "eq" => {
                    of.iter()
                        .chain(arguments.iter())
                        .for_each(|side| self.take(side));
                }
                _ => {}
            },
            Expr::Function { path, arguments } => {
                self.durations.extend(duration(path, arguments));
            }
            Expr::Constant(_, constant) => {
                // Moments and durations are rarely compared directly: they are added to something that is.
                let datum = constant.get();
                if matches!(datum, Datum::Duration(_) | Datum::Timestamp(_)) {
                    self.datum(&datum);
                }
            }
            _ => {}
        }
        for pattern in expr.patterns() {
            pattern.walk(&mut |pattern| match pattern {
                Pattern::Literal(literal) => self.literal(literal),
                Pattern::Constant(_, constant) => self.datum(&constant.get()),
                Pattern::Range { from, to, .. } => {
                    from.iter().chain(to.iter()).for_each(|end| self.take(end));
                }
                _ => {}
            });
        }
    }

    /// Takes every constant in one side of a comparison.
    fn take(&mut self, side: &Expr) {
        side.walk(&mut |expr| match expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Constant(_, constant) => self.datum(&constant.get()),
            Expr::Unary { of, .. } => {
                if let [Expr::Literal(Literal::Int { value, .. })] = &**of {
                    self.ints.insert(-*value);
                }
            }
            _ => {}
        });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(_) => {}
            Literal::Int { value, .. } => {
                self.ints.insert(*value);
            }
            Literal::Float(text) => self.floats.extend(text.parse::<f64>().ok()),
            Literal::Str(text) => {
                self.blank |= text.is_empty();
                self.texts.insert(text.to_string());
            }
            Literal::Char(letter) => {
                self.chars.insert(*letter);
            }
        }
    }

    fn datum(&mut self, datum: &Datum) {
        match datum {
            Datum::Int(_, value) => {
                self.ints.insert(*value);
            }
            Datum::Float(value) => self.floats.push(*value),
            Datum::Char(letter) => {
                self.chars.insert(*letter);
            }
            Datum::Str(text) => {
                self.blank |= text.is_empty();
                self.texts.insert(text.clone());
            }
            Datum::Duration(duration) => {
                self.durations.insert(*duration);
            }
            Datum::Timestamp(micros) => {
                self.moments.insert(*micros);
            }
            Datum::Option(Some(inner)) => self.datum(inner),
            Datum::List(items) | Datum::Tuple(items) => {
                for item in items {
                    self.datum(item);
                }
            }
            Datum::Struct { fields, .. } | Datum::Variant { fields, .. } => {
                for (_, value) in fields {
                    self.datum(value);
                }
            }
            _ => {}
        }
    }
}

fn compares(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
    )
}

/// Whether an expression counts elements: what it is compared with is no edge of a parameter.
fn is_count(side: &Expr) -> bool {
    matches!(side, Expr::Method { name, .. } if matches!(&**name, "len" | "count"))
}

/// `Duration::from_secs(3)`.
fn duration(path: &str, arguments: &[Expr]) -> Option<Duration> {
    let value = match arguments {
        [Expr::Literal(Literal::Int { value, .. })] => u64::try_from(*value).ok()?,
        [Expr::Constant(_, constant)] => match constant.get() {
            Datum::Int(_, value) => u64::try_from(value).ok()?,
            _ => return None,
        },
        _ => return None,
    };
    let (of, name) = path.rsplit_once("::")?;
    if !of.ends_with("Duration") {
        return None;
    }
    Some(match name {
        "from_secs" => Duration::from_secs(value),
        "from_millis" => Duration::from_millis(value),
        "from_micros" => Duration::from_micros(value),
        "from_mins" => Duration::from_secs(value.checked_mul(60)?),
        "from_hours" => Duration::from_secs(value.checked_mul(3_600)?),
        "from_days" => Duration::from_secs(value.checked_mul(86_400)?),
        "from_weeks" => Duration::from_secs(value.checked_mul(604_800)?),
        _ => return None,
    })
}

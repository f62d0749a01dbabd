use super::{Phrase, Words, both, only, phrase};
use crate::block::{Inline, code, name, text};
use crate::names::words;
use lawful::model::{BinaryOp, Expr, Literal, Pattern, UnaryOp};

impl Words<'_> {
    /// What an expression stands for: `the length of title`.
    pub(super) fn value(&self, expr: &Expr) -> Option<Phrase> {
        Some(match expr {
            Expr::Literal(literal) => vec![self::literal(literal)],
            Expr::Constant(path, _) if is_variant(path) => vec![name(words(last(path)))],
            Expr::Constant(path, value) => {
                let value = value.get().to_string();
                if value.parse::<i128>().is_ok() {
                    phrase!(grouped(&value).as_str(), " (", code(path.clone()), ")")
                } else {
                    vec![code(path.clone())]
                }
            }
            Expr::Field(field) => vec![name(words(field))],
            Expr::Parameter(parameter) if self.is_before(parameter) => {
                vec![text("the earlier state")]
            }
            Expr::Parameter(parameter) if self.is_ambiguous(parameter) => {
                phrase!("the given ", name(words(parameter)))
            }
            Expr::Parameter(of) | Expr::Local(of) => vec![name(words(of))],
            Expr::State => vec![text("it")],
            Expr::Access { of, field } => match only(of)? {
                Expr::Parameter(state) if self.is_before(state) => {
                    phrase!("the earlier ", name(words(field)))
                }
                of if field.parse::<usize>().is_ok() => self.value(of)?,
                of => phrase!(name(words(field)), " of ", self.value(of)?),
            },
            Expr::Borrow(of) | Expr::Cast { of, .. } => self.value(only(of)?)?,
            Expr::Unary {
                op: UnaryOp::Neg,
                of,
            } => phrase!("minus ", self.operand(only(of)?)?),
            Expr::Binary { op, sides } => self.arithmetic(*op, sides)?,
            Expr::Method {
                name,
                of,
                arguments,
            } => self.method(name, only(of)?, arguments)?,
            Expr::Helper {
                name: of,
                arguments,
            } if arguments.is_empty() => {
                phrase!("the ", name(words(of)))
            }
            Expr::Construct {
                path,
                fields,
                values,
                base,
            } if base.is_empty() => self.construct(path, fields, values)?,
            Expr::Tuple(parts) if parts.len() == 1 => self.value(only(parts)?)?,
            _ => return None,
        })
    }

    /// The same, in parentheses where it would run into its neighbour.
    fn operand(&self, expr: &Expr) -> Option<Phrase> {
        let value = self.value(expr)?;
        Some(match expr {
            Expr::Binary { .. } => phrase!("(", value, ")"),
            _ => value,
        })
    }

    /// One of two things that are compared.
    pub(super) fn compared(&self, expr: &Expr) -> Option<Phrase> {
        let value = self.value(expr)?;
        Some(match expr {
            Expr::Method { of, .. } if matches!(&**of, [Expr::Method { name, .. }] if name == "filter") =>
            {
                phrase!("(", value, ")")
            }
            _ => value,
        })
    }

    fn arithmetic(&self, op: BinaryOp, sides: &[Expr]) -> Option<Phrase> {
        let word = match op {
            BinaryOp::Add => " plus ",
            BinaryOp::Sub => " minus ",
            BinaryOp::Mul => " times ",
            BinaryOp::Div => " divided by ",
            BinaryOp::Rem => " modulo ",
            _ => return None,
        };
        let (left, right) = both(sides)?;
        Some(phrase!(self.operand(left)?, word, self.operand(right)?))
    }

    fn method(&self, method: &str, of: &Expr, arguments: &[Expr]) -> Option<Phrase> {
        Some(match (method, arguments) {
            (
                "iter" | "iter_mut" | "into_iter" | "clone" | "cloned" | "copied" | "to_owned"
                | "to_string" | "into" | "as_ref" | "as_str" | "as_deref" | "values" | "as_mut",
                [],
            ) => self.value(of)?,
            ("trim", []) => phrase!(self.value(of)?, " without spaces around it"),
            ("len" | "count", []) => self.number_of(of)?,
            ("sum", []) => phrase!("the sum of ", self.value(of)?),
            ("abs", []) => phrase!(self.value(of)?, " without its sign"),
            ("min", [other]) => phrase!(
                "the smaller of ",
                self.operand(of)?,
                " and ",
                self.operand(other)?
            ),
            ("max", [other]) => phrase!(
                "the larger of ",
                self.operand(of)?,
                " and ",
                self.operand(other)?
            ),
            ("saturating_add", [other]) => {
                phrase!(self.operand(of)?, " plus ", self.operand(other)?)
            }
            ("saturating_sub", [other]) => phrase!(
                self.operand(of)?,
                " minus ",
                self.operand(other)?,
                ", as far as there is room"
            ),
            ("get" | "get_mut" | "index", [key]) => {
                phrase!("the entry of ", self.value(of)?, " for ", self.value(key)?)
            }
            ("unwrap_or", [otherwise]) => phrase!(
                self.value(of)?,
                " (",
                self.value(otherwise)?,
                " where that is not set)"
            ),
            ("filter", [Expr::Closure { parameters, body }]) => {
                let ([Pattern::Bind(element, _)], [body]) = (&**parameters, &**body) else {
                    return None;
                };
                phrase!(
                    "every ",
                    name(words(element)),
                    " in ",
                    self.value(of)?,
                    " for which ",
                    self.condition(body)?
                )
            }
            _ => return None,
        })
    }

    /// `the number of items`.
    fn number_of(&self, of: &Expr) -> Option<Phrase> {
        Some(match of {
            Expr::Method {
                name: method,
                of,
                arguments,
            } if method == "filter" => {
                let [Expr::Closure { parameters, body }] = &**arguments else {
                    return None;
                };
                let ([Pattern::Bind(element, _)], [body]) = (&**parameters, &**body) else {
                    return None;
                };
                phrase!(
                    "the number of ",
                    self.value(only(of)?)?,
                    " (each as ",
                    name(words(element)),
                    ") for which ",
                    self.condition(body)?
                )
            }
            of => phrase!("the size of ", self.value(of)?),
        })
    }

    fn construct(
        &self,
        path: &str,
        fields: &[lawful::model::Text],
        values: &[Expr],
    ) -> Option<Phrase> {
        match (path, values) {
            ("Some" | "Ok", [value]) => return self.value(value),
            ("None", []) => return Some(vec![text("not set")]),
            _ => {}
        }
        let what = words(last(path));
        if values.is_empty() {
            return Some(vec![name(what)]);
        }
        let mut whole = phrase!(name(what), " (");
        for (index, (field, value)) in fields.iter().zip(values).enumerate() {
            if index > 0 {
                whole.push(text(", "));
            }
            let value = self.value(value)?;
            if field.parse::<usize>().is_err() && value != [name(words(field))] {
                whole.extend(phrase!(name(words(field)), " "));
            }
            whole.extend(value);
        }
        whole.push(text(")"));
        Some(whole)
    }
}

/// `an item`, `a line`.
pub(super) fn article(noun: &str) -> &'static str {
    let sounds = ["one", "us", "uni", "eu"];
    let is_vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    if is_vowel && !sounds.iter().any(|sound| noun.starts_with(sound)) {
        "an"
    } else {
        "a"
    }
}

fn literal(literal: &Literal) -> Inline {
    match literal {
        Literal::Bool(true) => text("true"),
        Literal::Bool(false) => text("false"),
        Literal::Int { value, .. } => text(grouped(&value.to_string())),
        Literal::Float(value) => text(value.clone()),
        Literal::Str(value) => text(format!("“{value}”")),
        Literal::Char(value) => text(format!("“{value}”")),
    }
}

/// `100,000,000`; numbers of four digits stand as they are.
pub(super) fn grouped(number: &str) -> String {
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |digits| ("−", digits));
    if digits.len() < 5 {
        return format!("{sign}{digits}");
    }
    let mut out = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `Status::Open` names itself.
pub(super) fn is_variant(path: &str) -> bool {
    last(path).contains(char::is_lowercase)
}

pub(super) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

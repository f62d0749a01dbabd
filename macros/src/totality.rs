//! What may not be in a body: partial functions, and inputs that are not parameters.

use crate::messages;
use crate::mistakes::Mistakes;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{
    BinOp, Block, Expr, ExprBinary, ExprCall, ExprIndex, ExprMethodCall, ExprPath, Lit, Macro,
    Path, Token, Type, UnOp,
};

/// How much is asked of a body.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Demand {
    /// Rules, invariants, events and what they call: every input has an answer, and always the same.
    Total,
    /// Commands and what only they call: always the same answer.
    Repeatable,
}

pub(crate) fn check(block: &Block, role: &str, demand: Demand, mistakes: &mut Mistakes) {
    Search {
        role,
        demand,
        mistakes,
    }
    .visit_block(block);
}

/// The same for an argument in `requires(..)`.
pub(crate) fn check_argument(expr: &Expr, mistakes: &mut Mistakes) {
    let search = &mut Search {
        role: "rule",
        demand: Demand::Total,
        mistakes,
    };
    search.visit_expr(expr);
}

struct Search<'a> {
    role: &'a str,
    demand: Demand,
    mistakes: &'a mut Mistakes,
}

impl Search<'_> {
    fn partial(&mut self, at: &impl ToTokens, found: &str, instead: &str) {
        if self.demand == Demand::Total {
            let message = messages::may_panic(found, self.role, instead);
            self.mistakes.at(at, message);
        }
    }

    fn unrepeatable(&mut self, at: &impl ToTokens, found: &str, instead: &str) {
        let message = messages::not_repeatable(found, self.role, instead);
        self.mistakes.at(at, message);
    }

    fn division(&mut self, at: &BinOp, op: &str, method: &str, by: &Expr) {
        if !is_safe_divisor(by) {
            let found = format!("`{op}` by something that may be zero");
            self.partial(
                at,
                &found,
                &format!("write `{method}`, or divide by a literal"),
            );
        }
    }

    fn path(&mut self, path: &Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        let text = names.join("::");
        for (part, name) in path.segments.iter().zip(&names) {
            let found = format!("`{text}`");
            match name.as_str() {
                "SystemTime" | "Instant" => {
                    self.unrepeatable(
                        &part.ident,
                        &found,
                        "take the time as a parameter `now: Timestamp`",
                    );
                    return;
                }
                "rand" | "fastrand" | "getrandom" | "thread_rng" => {
                    self.unrepeatable(&part.ident, &found, "take what was drawn as a parameter");
                    return;
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, path: &Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = format!("`{}()`", names.join("::"));
        let time = "take the time as a parameter `now: Timestamp`";
        match names.as_slice() {
            [
                ..,
                "SystemTime" | "Instant" | "rand" | "fastrand" | "getrandom",
                _,
            ]
            | ["thread_rng"] => {}
            [.., "Id", "new"] => {
                self.unrepeatable(path, &text, "take the id as a parameter `id: Id<..>`");
            }
            [
                ..,
                "Uuid",
                "new_v1" | "new_v4" | "new_v6" | "new_v7" | "now_v1" | "now_v6" | "now_v7",
            ] => {
                self.unrepeatable(path, &text, "take the id as a parameter");
            }
            [.., "now" | "now_utc"] => self.unrepeatable(path, &text, time),
            ["random" | "rng"] => {
                self.unrepeatable(path, &text, "take what was drawn as a parameter");
            }
            _ => {}
        }
    }

    /// Bodies of macros are tokens; those of the usual ones are expressions.
    fn macro_body(&mut self, tokens: TokenStream) {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = list.parse2(tokens.clone()) {
            for expression in &expressions {
                self.visit_expr(expression);
            }
        } else if let Ok(matched) = first_expression.parse2(tokens) {
            self.visit_expr(&matched);
        }
    }
}

/// The `x` of `matches!(x, pattern)`.
fn first_expression(input: syn::parse::ParseStream<'_>) -> syn::Result<Expr> {
    let first = input.parse()?;
    input.parse::<TokenStream>()?;
    Ok(first)
}

impl<'a> Visit<'a> for Search<'_> {
    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let name = call.method.to_string();
        let found = format!("`{name}`");
        let at = &call.method;
        match name.as_str() {
            "unwrap" | "expect" => self.partial(
                at,
                &found,
                "use `is_some_and`, `map_or`, `unwrap_or`, `if let` or `match`",
            ),
            "unwrap_err" | "expect_err" => {
                self.partial(at, &found, "use `is_err_and`, `if let` or `match`");
            }
            "elapsed" if call.args.is_empty() => {
                self.unrepeatable(at, &found, "take the time as a parameter `now: Timestamp`");
            }
            _ => {}
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_index(&mut self, index: &'a ExprIndex) {
        self.partial(index, "indexing", "use `get(..)`, which gives an `Option`");
        syn::visit::visit_expr_index(self, index);
    }

    fn visit_expr_binary(&mut self, binary: &'a ExprBinary) {
        let at = &binary.op;
        match binary.op {
            BinOp::Div(_) => self.division(at, "/", "checked_div(..)", &binary.right),
            BinOp::Rem(_) => self.division(at, "%", "checked_rem(..)", &binary.right),
            BinOp::DivAssign(_) => self.division(at, "/=", "checked_div(..)", &binary.right),
            BinOp::RemAssign(_) => self.division(at, "%=", "checked_rem(..)", &binary.right),
            _ => {}
        }
        syn::visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(ExprPath { path, .. }) = &*call.func {
            self.call(path);
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_path(&mut self, path: &'a Path) {
        self.path(path);
        syn::visit::visit_path(self, path);
    }

    fn visit_type(&mut self, ty: &'a Type) {
        syn::visit::visit_type(self, ty);
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        let name = mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        let found = format!("`{name}!`");
        match name.as_str() {
            "panic" | "unreachable" | "todo" | "unimplemented" => self.partial(
                &mac.path,
                &found,
                "say what happens instead, or refuse the case with a rule of the command",
            ),
            "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => self.partial(
                &mac.path,
                &found,
                "write a `#[rule]` for what must hold before, or an `#[invariant]` for what must hold after",
            ),
            _ => self.macro_body(mac.tokens.clone()),
        }
    }
}

/// A literal other than zero, or a floating-point number, by which division is total.
fn is_safe_divisor(by: &Expr) -> bool {
    match by {
        Expr::Paren(inner) => is_safe_divisor(&inner.expr),
        Expr::Group(inner) => is_safe_divisor(&inner.expr),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number
                .base10_parse::<u128>()
                .is_ok_and(|number| number != 0),
            Lit::Float(_) => true,
            _ => false,
        },
        // The least number divided by -1 overflows.
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => number.base10_parse::<u128>().is_ok_and(|number| number > 1),
                Lit::Float(_) => true,
                _ => false,
            },
            _ => false,
        },
        Expr::Cast(cast) => {
            matches!(&*cast.ty, Type::Path(path) if crate::parameters::is_float(path))
        }
        _ => false,
    }
}

//! Turns the arguments in `requires(..)` into native code.
//!
//! The parameters of the command are bound as references into it. In an argument they mean what they mean in the command's body, so
//! one that is taken by value is read through its reference, and copied only where a value is needed.

use crate::naming::plain;
use crate::parameters::Parameter;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprClosure, FieldValue, Macro, Pat, PatIdent, parse_quote, parse_quote_spanned};

/// The argument for a rule that takes it by value, or by reference.
pub(crate) fn native(expr: &Expr, parameters: &[Parameter], borrowed: bool) -> TokenStream {
    let (inner, referenced) = match expr {
        Expr::Reference(reference) => (&*reference.expr, true),
        other => (other, false),
    };
    if let Some(name) = parameter(inner, parameters) {
        if borrowed {
            // Already a reference.
            return name.to_token_stream();
        }
        if !referenced {
            return copied(name).to_token_stream();
        }
    }
    let mut native = expr.clone();
    let by_value = parameters.iter().filter(|parameter| !parameter.borrowed);
    let mut reading = Reading {
        by_value: by_value.map(|parameter| plain(&parameter.ident)).collect(),
    };
    reading.value(&mut native);
    if borrowed && !referenced {
        quote_spanned!(expr.span()=> &(#native))
    } else {
        quote!(#native)
    }
}

/// The parameter that the expression is, alone.
fn parameter<'a>(expr: &'a Expr, parameters: &[Parameter]) -> Option<&'a Ident> {
    let Expr::Path(path) = expr else {
        return None;
    };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
    parameters
        .iter()
        .any(|parameter| parameter.ident == *ident)
        .then_some(ident)
}

fn copied(name: &Ident) -> Expr {
    parse_quote_spanned!(name.span()=> ::core::clone::Clone::clone(#name))
}

struct Reading {
    by_value: BTreeSet<String>,
}

impl Reading {
    fn named<'a>(&self, expr: &'a Expr) -> Option<&'a Ident> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => path
                .path
                .get_ident()
                .filter(|ident| self.by_value.contains(&plain(ident))),
            _ => None,
        }
    }

    /// Where a value is needed.
    fn value(&mut self, expr: &mut Expr) {
        match self.named(expr).cloned() {
            Some(name) => *expr = copied(&name),
            None => self.visit_expr_mut(expr),
        }
    }

    /// Where a place is enough.
    fn place(&mut self, expr: &mut Expr) {
        match self.named(expr).cloned() {
            Some(name) => *expr = parse_quote_spanned!(name.span()=> (*#name)),
            None => self.visit_expr_mut(expr),
        }
    }

    /// Inside a macro there are tokens only.
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut after_dot = false;
        tokens
            .into_iter()
            .map(|token| {
                let field = std::mem::take(&mut after_dot);
                match token {
                    TokenTree::Ident(ident) if !field && self.by_value.contains(&plain(&ident)) => {
                        quote_spanned!(ident.span()=> (*#ident))
                    }
                    TokenTree::Group(group) => {
                        let mut inside = Group::new(group.delimiter(), self.tokens(group.stream()));
                        inside.set_span(group.span());
                        inside.to_token_stream()
                    }
                    TokenTree::Punct(punct) => {
                        after_dot = punct.as_char() == '.';
                        punct.to_token_stream()
                    }
                    other => other.to_token_stream(),
                }
            })
            .collect()
    }
}

impl VisitMut for Reading {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::MethodCall(call) => {
                self.place(&mut call.receiver);
                for argument in &mut call.args {
                    self.value(argument);
                }
            }
            Expr::Field(field) => self.place(&mut field.base),
            Expr::Reference(reference) => self.place(&mut reference.expr),
            Expr::Index(index) => {
                self.place(&mut index.expr);
                self.value(&mut index.index);
            }
            Expr::Binary(binary) if is_comparison(&binary.op) => {
                self.place(&mut binary.left);
                self.place(&mut binary.right);
            }
            Expr::Path(_) => {
                if let Some(name) = self.named(expr).cloned() {
                    *expr = copied(&name);
                }
            }
            other => syn::visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        let mut bound = Bound(BTreeSet::new());
        for input in &closure.inputs {
            bound.visit_pat(input);
        }
        let outside = self.by_value.clone();
        self.by_value.retain(|name| !bound.0.contains(name));
        self.value(&mut closure.body);
        self.by_value = outside;
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if field.colon_token.is_none() && self.named(&field.expr).is_some() {
            field.colon_token = Some(parse_quote!(:));
        }
        self.value(&mut field.expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        mac.tokens = self.tokens(std::mem::take(&mut mac.tokens));
    }

    fn visit_pat_mut(&mut self, _: &mut Pat) {}
}

fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_))
}

struct Bound(BTreeSet<String>);

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, pat: &'a PatIdent) {
        self.0.insert(plain(&pat.ident));
        syn::visit::visit_pat_ident(self, pat);
    }
}

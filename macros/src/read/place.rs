//! Places: which names hold a value of their own, and which stand for a part of the state.

use super::{Reader, known, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Expr, Pat, PatIdent, UnOp};

impl Reader<'_> {
    /// `&mut of`. Of something that is no place, only the value matters.
    pub(super) fn borrow(&mut self, of: &Expr) -> TokenStream {
        let tree = self.expr(of);
        if is_place(of) { borrow(tree) } else { tree }
    }

    /// What `let`, `match` or `for` takes apart with a pattern.
    pub(super) fn taken_apart(&mut self, of: &Expr, pattern: &Pat) -> TokenStream {
        let tree = self.expr(of);
        let mut modes = Modes::default();
        modes.visit_pat(pattern);
        if modes.by_mutable_reference && is_place(of) {
            borrow(tree)
        } else if (modes.by_changeable_value && is_place(of)) || is_copy_of_local(of) {
            tokens::method("clone", tree, Vec::new())
        } else {
            tree
        }
    }
}

fn borrow(place: TokenStream) -> TokenStream {
    let place = tokens::one(place);
    quote!(::lawful::model::Expr::Borrow(#place))
}

/// Without what only says how a value is reached: `(x)`, `&x`, `*x`.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => bare(&paren.expr),
        Expr::Group(group) => bare(&group.expr),
        Expr::Reference(reference) => bare(&reference.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => bare(&unary.expr),
        other => other,
    }
}

pub(super) fn is_self(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Path(path) if path.path.is_ident("self"))
}

/// The name that a pattern consists of.
pub(super) fn name(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) if name.subpat.is_none() => Some(known::plain(&name.ident)),
        Pat::Reference(reference) => name(&reference.pat),
        Pat::Type(typed) => name(&typed.pat),
        Pat::Paren(paren) => name(&paren.pat),
        _ => None,
    }
}

fn is_place(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Field(_) | Expr::Index(_) => true,
        _ => false,
    }
}

/// `*count` and `count.clone()` are values even where `count` stands for a place.
fn is_copy_of_local(expr: &Expr) -> bool {
    let is_name = |of: &Expr| matches!(bare(of), Expr::Path(path) if path.path.get_ident().is_some_and(|name| name != "self"));
    match expr {
        Expr::Paren(paren) => is_copy_of_local(&paren.expr),
        Expr::Group(group) => is_copy_of_local(&group.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_name(&unary.expr),
        Expr::MethodCall(call) => {
            matches!(
                call.method.to_string().as_str(),
                "clone" | "to_owned" | "to_vec"
            ) && is_name(&call.receiver)
        }
        _ => false,
    }
}

/// How the names inside of a pattern are bound. A pattern that is nothing but a name always takes what it is given.
#[derive(Default)]
struct Modes {
    inside: bool,
    by_mutable_reference: bool,
    by_changeable_value: bool,
}

impl<'ast> Visit<'ast> for Modes {
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        let outer = self.inside;
        self.inside |= !matches!(pattern, Pat::Ident(_) | Pat::Paren(_) | Pat::Type(_));
        syn::visit::visit_pat(self, pattern);
        self.inside = outer;
    }

    fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
        if name.mutability.is_some() && name.by_ref.is_some() {
            self.by_mutable_reference = true;
        } else if name.mutability.is_some() && self.inside {
            self.by_changeable_value = true;
        }
        syn::visit::visit_pat_ident(self, name);
    }
}

/// Whether a pattern has an opinion on how the value is to be taken.
pub(super) fn decides(pattern: &Pat) -> bool {
    let mut modes = Modes::default();
    modes.visit_pat(pattern);
    modes.by_mutable_reference || modes.by_changeable_value
}

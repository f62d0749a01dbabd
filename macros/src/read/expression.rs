//! Expressions, by kind.

use super::{Reader, literal, place, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, Member, Token};

impl Reader<'_> {
    /// The tree of an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> TokenStream {
        match expr {
            Expr::Lit(lit) => literal::literal(&lit.lit)
                .map_or_else(|| tokens::opaque(expr), |literal| literal::expr(&literal)),
            Expr::Path(path) => self.path(path),
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Group(group) => self.expr(&group.expr),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.borrow(&reference.expr)
            }
            Expr::Reference(reference) => self.expr(&reference.expr),
            Expr::Unary(unary) => self.unary(unary),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Cast(cast) => self.cast(cast),
            Expr::Field(field) => self.field(field),
            Expr::Index(index) => {
                let of = self.expr(&index.expr);
                let at = self.expr(&index.index);
                tokens::method("index", of, vec![at])
            }
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.call(call),
            Expr::Struct(construct) => self.construct(construct),
            Expr::Tuple(tuple) => {
                let parts = tokens::list(self.exprs(&tuple.elems));
                quote!(::lawful::model::Expr::Tuple(#parts))
            }
            Expr::Array(array) => self.array(&array.elems),
            Expr::Repeat(repeat) => self.repeat(&repeat.expr, &repeat.len),
            Expr::Range(range) => self.range(range),
            Expr::If(branch) => self.branch(branch),
            Expr::Let(condition) => self.condition(condition),
            Expr::Match(choice) => self.choice(choice),
            Expr::ForLoop(each) if each.label.is_none() => self.each(each),
            Expr::Block(block) if block.label.is_none() => self.block(&block.block),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Return(exit) => {
                let value = tokens::list(exit.expr.as_deref().map(|value| self.expr(value)));
                quote!(::lawful::model::Expr::Return(#value))
            }
            Expr::Try(attempt) => {
                let of = tokens::one(self.expr(&attempt.expr));
                quote!(::lawful::model::Expr::Try(#of))
            }
            Expr::Macro(call) => self.macro_call(&call.mac),
            _ => tokens::opaque(expr),
        }
    }

    pub(super) fn exprs(&mut self, exprs: &Punctuated<Expr, Token![,]>) -> Vec<TokenStream> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn field(&mut self, field: &syn::ExprField) -> TokenStream {
        let name = member(&field.member);
        if place::is_self(&field.base) {
            return tokens::named("Field", &name);
        }
        let of = tokens::one(self.expr(&field.base));
        let name = tokens::text(&name);
        quote!(::lawful::model::Expr::Access { of: #of, field: #name })
    }

    fn array(&mut self, elements: &Punctuated<Expr, Token![,]>) -> TokenStream {
        let elements = tokens::list(self.exprs(elements));
        quote!(::lawful::model::Expr::Array(#elements))
    }

    fn repeat(&mut self, element: &Expr, times: &Expr) -> TokenStream {
        let arguments = vec![self.expr(element), self.expr(times)];
        tokens::function("repeat", arguments)
    }

    fn range(&mut self, range: &syn::ExprRange) -> TokenStream {
        let from = tokens::list(range.start.as_deref().map(|from| self.expr(from)));
        let to = tokens::list(range.end.as_deref().map(|to| self.expr(to)));
        let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
        quote!(::lawful::model::Expr::Range { from: #from, to: #to, inclusive: #inclusive })
    }

    pub(super) fn macro_call(&mut self, call: &syn::Macro) -> TokenStream {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        let name = call
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string());
        match name.as_deref() {
            Some("matches") => {
                if let Some(tree) = self.matches(call) {
                    return tree;
                }
            }
            Some("vec") => {
                if let Ok(elements) = call.parse_body_with(list) {
                    return self.array(&elements);
                }
                if let Ok(repeat) = syn::parse2::<syn::ExprRepeat>(bracketed(&call.tokens)) {
                    return self.repeat(&repeat.expr, &repeat.len);
                }
            }
            _ => {}
        }
        tokens::opaque(call)
    }
}

fn bracketed(tokens: &TokenStream) -> TokenStream {
    quote!([#tokens])
}

/// A field's name or index.
pub(super) fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => super::known::plain(name),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

//! Conditions, choices, loops and closures.

use super::{Reader, place, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Pat, Token};

impl Reader<'_> {
    /// `if`. What a condition binds is known in what follows it and in the first branch.
    pub(super) fn branch(&mut self, branch: &syn::ExprIf) -> TokenStream {
        let mut parts = self.scoped(|reader| {
            let condition = reader.expr(&branch.cond);
            vec![condition, reader.block(&branch.then_branch)]
        });
        if let Some((_, otherwise)) = &branch.else_branch {
            parts.push(self.expr(otherwise));
        }
        let parts = tokens::list(parts);
        quote!(::lawful::model::Expr::If { parts: #parts })
    }

    /// `let pattern = value` as a condition.
    pub(super) fn condition(&mut self, condition: &syn::ExprLet) -> TokenStream {
        let of = tokens::one(self.taken_apart(&condition.expr, &condition.pat));
        let Some(pattern) = self.pattern(&condition.pat) else {
            return tokens::opaque(condition);
        };
        let guard = tokens::list([]);
        quote!(::lawful::model::Expr::Let { pattern: #pattern, of: #of, guard: #guard })
    }

    /// `matches!(value, pattern if guard)`.
    pub(super) fn matches(&mut self, call: &syn::Macro) -> Option<TokenStream> {
        let parse = |input: ParseStream<'_>| {
            let of: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let guard: Option<Expr> = if input.peek(Token![if]) {
                input.parse::<Token![if]>()?;
                Some(input.parse()?)
            } else {
                None
            };
            input.parse::<Option<Token![,]>>()?;
            Ok((of, pattern, guard))
        };
        let (of, pattern, guard) = parse.parse2(call.tokens.clone()).ok()?;
        self.scoped(|reader| {
            let of = tokens::one(reader.taken_apart(&of, &pattern));
            let pattern = reader.pattern(&pattern)?;
            let guard = tokens::list(guard.as_ref().map(|guard| reader.expr(guard)));
            Some(quote!(::lawful::model::Expr::Let { pattern: #pattern, of: #of, guard: #guard }))
        })
    }

    /// `match`.
    pub(super) fn choice(&mut self, choice: &syn::ExprMatch) -> TokenStream {
        let first = choice.arms.iter().map(|arm| &arm.pat);
        let Some(any) = first.clone().next() else {
            return tokens::opaque(choice);
        };
        // One arm that binds by `ref mut` or by a changeable value decides for the whole value.
        let decisive = first
            .clone()
            .find(|pattern| place::decides(pattern))
            .unwrap_or(any);
        let of = tokens::one(self.taken_apart(&choice.expr, decisive));
        let mut arms = Vec::new();
        for arm in &choice.arms {
            let Some(arm) = self.scoped(|reader| reader.arm(arm)) else {
                return tokens::opaque(choice);
            };
            arms.push(arm);
        }
        let arms = tokens::list(arms);
        quote!(::lawful::model::Expr::Match { of: #of, arms: #arms })
    }

    fn arm(&mut self, arm: &syn::Arm) -> Option<TokenStream> {
        let (pattern, guard) = match &arm.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
            pattern => (pattern, None),
        };
        let pattern = self.pattern(pattern)?;
        let guard = tokens::list(guard.map(|guard| self.expr(guard)));
        let body = tokens::one(self.expr(&arm.body));
        Some(quote!(::lawful::model::Arm { pattern: #pattern, guard: #guard, body: #body }))
    }

    /// `for`.
    pub(super) fn each(&mut self, each: &syn::ExprForLoop) -> TokenStream {
        let over = self.expr(&each.expr);
        self.scoped(|reader| {
            let Some(pattern) = reader.pattern(&each.pat) else {
                return tokens::opaque(each);
            };
            let parts = tokens::list([over, reader.block(&each.body)]);
            quote!(::lawful::model::Expr::For { pattern: #pattern, parts: #parts })
        })
    }

    /// A closure. Whether it moves what it captures does not matter to what it says.
    pub(super) fn closure(&mut self, closure: &syn::ExprClosure) -> TokenStream {
        if closure.asyncness.is_some() || closure.constness.is_some() {
            return tokens::opaque(closure);
        }
        self.scoped(|reader| {
            let mut parameters = Vec::new();
            for parameter in &closure.inputs {
                let Some(parameter) = reader.pattern(parameter) else {
                    return tokens::opaque(closure);
                };
                parameters.push(parameter);
            }
            let (parameters, body) = (
                tokens::list(parameters),
                tokens::one(reader.expr(&closure.body)),
            );
            quote!(::lawful::model::Expr::Closure { parameters: #parameters, body: #body })
        })
    }
}

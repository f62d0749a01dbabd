//! Blocks and statements.

use super::{Reader, known, place, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Block, Expr, Item, Local, Pat, Stmt, Type};

impl Reader<'_> {
    /// A block. One that holds a single expression is that expression, so that braces do not show.
    pub(super) fn block(&mut self, block: &Block) -> TokenStream {
        self.scoped(|reader| {
            if let [Stmt::Expr(only, semicolon)] = block.stmts.as_slice()
                && (semicolon.is_none() || is_unit(only))
            {
                return reader.expr(only);
            }
            let value = match block.stmts.last() {
                Some(Stmt::Expr(last, None)) => !is_unit(last),
                Some(Stmt::Macro(last)) => last.semi_token.is_none(),
                _ => false,
            };
            let statements = block
                .stmts
                .iter()
                .map(|statement| reader.statement(statement))
                .collect();
            tokens::block(statements, value)
        })
    }

    fn statement(&mut self, statement: &Stmt) -> TokenStream {
        match statement {
            Stmt::Local(local) => self.local_variable(local),
            Stmt::Expr(expr, _) => self.expr(expr),
            Stmt::Macro(call) => self.macro_call(&call.mac),
            Stmt::Item(Item::Const(constant)) => {
                let value = self.expr(&constant.expr);
                let name = known::plain(&constant.ident);
                self.bind(name.clone());
                let name = tokens::text(&name);
                let none = tokens::list([]);
                tokens::bind(
                    &quote!(::lawful::model::Pattern::Bind(#name, #none)),
                    vec![value],
                )
            }
            Stmt::Item(item) => tokens::opaque(item),
        }
    }

    fn local_variable(&mut self, local: &Local) -> TokenStream {
        let Some(init) = &local.init else {
            return self.not_understood(local);
        };
        let (pattern, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pattern => (pattern, None),
        };
        let mut parts = vec![
            self.collected(&init.expr, ty)
                .unwrap_or_else(|| self.taken_apart(&init.expr, pattern)),
        ];
        if let Some((_, otherwise)) = &init.diverge {
            parts.push(self.scoped(|reader| reader.expr(otherwise)));
        }
        let before = self.locals.len();
        let Some(tree) = self.pattern(pattern) else {
            self.locals.truncate(before);
            return self.not_understood(local);
        };
        if self.is_state(&init.expr)
            && let Some(bound) = self.locals.get_mut(before)
        {
            bound.state = true;
        }
        tokens::bind(&tree, parts)
    }

    /// Names of a statement that was not understood are still names.
    fn not_understood(&mut self, local: &Local) -> TokenStream {
        let mut names = Names(Vec::new());
        names.visit_pat(&local.pat);
        for name in names.0 {
            self.bind(name);
        }
        tokens::opaque(local)
    }

    /// `let next = self.deciding()`, `let mut after = self.clone()`.
    fn is_state(&self, expr: &Expr) -> bool {
        match place::bare(expr) {
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                matches!(method.as_str(), "deciding" | "clone")
                    && call.args.is_empty()
                    && (place::is_self(&call.receiver) || self.is_state(&call.receiver))
            }
            Expr::Path(path) => path
                .path
                .get_ident()
                .and_then(|name| self.local(&known::plain(name)))
                .is_some_and(|local| local.state),
            _ => false,
        }
    }

    /// `let tags: BTreeSet<_> = names.collect()`: what is collected into depends on the annotation.
    fn collected(&mut self, init: &Expr, ty: Option<&Type>) -> Option<TokenStream> {
        match (init, ty?) {
            (Expr::MethodCall(call), Type::Path(ty))
                if call.method == "collect" && call.turbofish.is_none() =>
            {
                self.collect_into(&call.receiver, &ty.path)
            }
            _ => None,
        }
    }
}

/// Whether an expression has no value, whatever stands in it, so that a semicolon after it makes no difference.
fn is_unit(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) | Expr::ForLoop(_) | Expr::Return(_) => true,
        Expr::Binary(binary) => matches!(
            binary.op,
            syn::BinOp::AddAssign(_)
                | syn::BinOp::SubAssign(_)
                | syn::BinOp::MulAssign(_)
                | syn::BinOp::DivAssign(_)
                | syn::BinOp::RemAssign(_)
                | syn::BinOp::BitAndAssign(_)
                | syn::BinOp::BitOrAssign(_)
                | syn::BinOp::BitXorAssign(_)
                | syn::BinOp::ShlAssign(_)
                | syn::BinOp::ShrAssign(_)
        ),
        Expr::If(branch) => branch.else_branch.is_none(),
        Expr::MethodCall(call) => {
            matches!(
                call.method.to_string().as_str(),
                "emit" | "clone_from" | "clone_into"
            )
        }
        _ => false,
    }
}

/// The names that a pattern binds.
struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        self.0.push(known::plain(&name.ident));
        syn::visit::visit_pat_ident(self, name);
    }
}

//! What the text of a program asks for, by name. Only the domain knows whether there is such an aggregate, service or program.

use crate::naming::plain;
use crate::parameters::{Parameter, bare};
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, GenericArgument, ItemFn, PathArguments, Type};

/// Something that may be asked for.
#[derive(PartialEq)]
pub(crate) struct Ask {
    /// `account` of `bank.account(id).withdraw(50)`, the type of the id of `bank.of(id)`, or `of` where that is not in sight; empty
    /// for the call of a function, which may be a program.
    pub(crate) of: String,
    pub(crate) call: String,
    /// Whether it stands in a compensation.
    pub(crate) undoes: bool,
}

/// In the order of the text, each once.
pub(crate) fn of(item: &ItemFn, parameters: &[Parameter]) -> Vec<Ask> {
    let mut reader = Reader {
        parameters,
        undoes: false,
        found: Vec::new(),
    };
    reader.visit_block(&item.block);
    reader.found
}

struct Reader<'p> {
    parameters: &'p [Parameter],
    undoes: bool,
    found: Vec<Ask>,
}

impl Reader<'_> {
    fn add(&mut self, of: String, call: String) {
        let ask = Ask {
            of,
            call,
            undoes: self.undoes,
        };
        if !self.found.contains(&ask) {
            self.found.push(ask);
        }
    }

    /// `Account` of `bank.of(from)`, where `from: Id<Account>` is a parameter.
    fn type_of(&self, id: Option<&Expr>) -> Option<String> {
        let Some(Expr::Path(path)) = id else {
            return None;
        };
        let parameter = self
            .parameters
            .iter()
            .find(|parameter| path.path.is_ident(&parameter.ident))?;
        let Type::Path(ty) = bare(&parameter.owned) else {
            return None;
        };
        let last = ty.path.segments.last().filter(|last| last.ident == "Id")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        match arguments.args.first()? {
            GenericArgument::Type(Type::Path(of)) => Some(plain(&of.path.segments.last()?.ident)),
            _ => None,
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.visit_expr(&call.receiver);
        if let Expr::MethodCall(entry) = &*call.receiver
            && matches!(&*entry.receiver, Expr::Path(_))
        {
            let of = match plain(&entry.method) {
                of if of == "of" => self.type_of(entry.args.first()).unwrap_or(of),
                of => of,
            };
            self.add(of, plain(&call.method));
        }
        let before = self.undoes;
        self.undoes |= call.method == "compensate";
        for argument in &call.args {
            self.visit_expr(argument);
        }
        self.undoes = before;
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        // What is passed is asked for first.
        visit::visit_expr_call(self, call);
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            let name = plain(&last.ident);
            // `Ok(..)` and its like are no functions.
            if !name.starts_with(char::is_uppercase) {
                self.add(String::new(), name);
            }
        }
    }
}

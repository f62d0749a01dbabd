//! Method calls.

use super::call::{of_other_state, own_call};
use super::{Reader, known, place, tokens};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, ExprMethodCall, GenericArgument, Path, Type};

impl Reader<'_> {
    /// `receiver.method(arguments)`.
    pub(super) fn method_call(&mut self, call: &ExprMethodCall) -> TokenStream {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let name = known::plain(&call.method);
        self.own_call(&call.receiver, &name, &arguments)
            .or_else(|| self.with_type(call))
            .or_else(|| self.standard_method(&call.receiver, &name, &arguments))
            .unwrap_or_else(|| tokens::opaque(call))
    }

    /// What the aggregate itself declares, or the language gives to it.
    fn own_call(
        &mut self,
        receiver: &Expr,
        name: &str,
        arguments: &[&Expr],
    ) -> Option<TokenStream> {
        let of_self = place::is_self(receiver);
        match (name, arguments) {
            ("deciding", []) if of_self => return Some(quote!(::lawful::model::Expr::Deciding)),
            ("emit", [event]) => {
                let parts = tokens::list([self.expr(receiver), self.expr(event)]);
                return Some(quote!(::lawful::model::Expr::Emit(#parts)));
            }
            _ => {}
        }
        let (node, parameters) = self.own_method(name)?;
        if parameters != arguments.len() || !(of_self || self.may_be_state(receiver, name)) {
            return None;
        }
        let arguments = arguments
            .iter()
            .map(|argument| self.expr(argument))
            .collect();
        let call = own_call(node, name, arguments);
        Some(if of_self {
            call
        } else {
            of_other_state(self.expr(receiver), call)
        })
    }

    /// Whether a receiver is another state of the aggregate: a deciding, a copy, or the state before in a step invariant. A bare
    /// name with a method that only the aggregate has is taken for one.
    fn may_be_state(&self, receiver: &Expr, method: &str) -> bool {
        let Expr::Path(path) = place::bare(receiver) else {
            return false;
        };
        let Some(name) = path.path.get_ident().map(known::plain) else {
            return false;
        };
        match self.local(&name) {
            // The name that the language gives to it.
            None if name == "before" => self.is_parameter(&name),
            Some(local) if local.state => true,
            Some(_) => known::arguments(method).is_none(),
            None => self.is_parameter(&name) && known::arguments(method).is_none(),
        }
    }

    /// A method of the standard library.
    pub(super) fn standard_method(
        &mut self,
        receiver: &Expr,
        name: &str,
        arguments: &[&Expr],
    ) -> Option<TokenStream> {
        if arguments.is_empty() && known::is_about_ownership(name) {
            return Some(self.expr(receiver));
        }
        if name == "to_string"
            && matches!(place::bare(receiver), Expr::Lit(lit) if matches!(lit.lit, syn::Lit::Str(_)))
        {
            return Some(self.expr(receiver));
        }
        match (name, arguments) {
            ("clone_from", [value]) => return Some(self.assigned(receiver, value)),
            ("clone_into", [place]) => return Some(self.assigned(place, receiver)),
            _ => {}
        }
        let name = known::canonical(name);
        let (least, most) = known::arguments(name)?;
        if !(least..=most).contains(&arguments.len()) {
            return None;
        }
        // A receiver is a place by itself.
        let of = self.expr(place::bare(receiver));
        if let ("map", [argument]) = (name, arguments)
            && self.keeps(argument)
        {
            return Some(of);
        }
        let arguments = arguments
            .iter()
            .enumerate()
            .map(|(index, argument)| self.argument(name, index, arguments.len(), argument))
            .collect();
        Some(tokens::method(name, of, arguments))
    }

    /// `place.clone_from(value)` and `value.clone_into(&mut place)` are what linters make of `place = value.clone()`.
    fn assigned(&mut self, place: &Expr, value: &Expr) -> TokenStream {
        let sides = tokens::list([self.expr(place::bare(place)), self.expr(value)]);
        quote!(::lawful::model::Expr::Assign { op: ::std::option::Option::None, sides: #sides })
    }

    /// An argument; a path where a function belongs is read as the closure that calls it.
    fn argument(
        &mut self,
        method: &str,
        index: usize,
        count: usize,
        argument: &Expr,
    ) -> TokenStream {
        let is_value = index + 1 < count && matches!(method, "map_or" | "fold");
        if let Expr::Path(path) = place::bare(argument)
            && !is_value
            && let Some(arity) = known::function_arguments(method)
            && path.path.get_ident().is_none_or(|name| {
                let name = known::plain(name);
                self.local(&name).is_none() && !self.is_parameter(&name)
            })
        {
            let arity = arity_by_name(&path.path).unwrap_or(arity);
            let names = ["it", "other"].map(|name| format_ident!("{name}"));
            let names = &names[..arity.min(names.len())];
            return match syn::parse2(quote!(|#(#names),*| #path(#(#names),*))) {
                Ok(closure) => {
                    let closure: syn::ExprClosure = closure;
                    if self.is_readable(&closure) {
                        self.closure(&closure)
                    } else {
                        tokens::opaque(argument)
                    }
                }
                Err(_) => tokens::opaque(argument),
            };
        }
        self.expr(argument)
    }

    /// Whether a function gives back what it is given, but for who owns it: `String::from`, `|name| name.clone()`.
    fn keeps(&mut self, function: &Expr) -> bool {
        let closure = match function {
            Expr::Path(path) => syn::parse2(quote!(|it| #path(it))).ok(),
            Expr::Closure(closure) if closure.asyncness.is_none() => Some(closure.clone()),
            _ => None,
        };
        let Some(closure) = closure else {
            return false;
        };
        let [parameter] = closure.inputs.iter().collect::<Vec<_>>()[..] else {
            return false;
        };
        self.scoped(|reader| {
            reader.pattern(parameter);
            match place::name(parameter) {
                Some(name) => {
                    reader.expr(&closure.body).to_string()
                        == tokens::named("Local", &name).to_string()
                }
                None => false,
            }
        })
    }

    /// Whether the closure's body is more than opaque; a path is shown as it stands otherwise.
    fn is_readable(&mut self, closure: &syn::ExprClosure) -> bool {
        let Expr::Call(call) = &*closure.body else {
            return false;
        };
        let opaque = tokens::opaque(call).to_string();
        self.scoped(|reader| {
            for parameter in &closure.inputs {
                reader.pattern(parameter);
            }
            reader.call(call).to_string() != opaque
        })
    }

    /// `collect::<BTreeSet<_>>()` is `BTreeSet::from_iter`: what is collected into changes what comes out.
    /// The type that `parse` reads stays in its name.
    fn with_type(&mut self, call: &ExprMethodCall) -> Option<TokenStream> {
        let GenericArgument::Type(Type::Path(ty)) = call.turbofish.as_ref()?.args.first()? else {
            return None;
        };
        if !call.args.is_empty() {
            return None;
        }
        match known::plain(&call.method).as_str() {
            "collect" => self.collect_into(&call.receiver, &ty.path),
            "parse" => {
                let of = self.expr(&call.receiver);
                let name = format!("parse::<{}>", super::source::print(&ty.path));
                Some(tokens::method(&name, of, Vec::new()))
            }
            _ => None,
        }
    }

    /// None for a list, which is what `collect` gives where nothing else is said.
    pub(super) fn collect_into(&mut self, elements: &Expr, ty: &Path) -> Option<TokenStream> {
        let name = known::plain(&ty.segments.last()?.ident);
        match name.as_str() {
            "BTreeMap" | "HashMap" | "BTreeSet" | "HashSet" | "VecDeque" | "String" => {
                let elements = self.expr(elements);
                Some(tokens::function(
                    &format!("{name}::from_iter"),
                    vec![elements],
                ))
            }
            _ => None,
        }
    }
}

/// How many arguments a function takes, where its name tells more than where it is used: `unwrap_or_else(Vec::new)`.
fn arity_by_name(path: &Path) -> Option<usize> {
    let last = known::plain(&path.segments.last()?.ident);
    match last.as_str() {
        "new" | "default" => Some(0),
        _ => None,
    }
}

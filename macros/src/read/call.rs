//! Calls of functions by path, and construction.

use super::{Reader, expression, known, place, source, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprCall, Path};

impl Reader<'_> {
    /// `path(arguments)`.
    pub(super) fn call(&mut self, call: &ExprCall) -> TokenStream {
        let Expr::Path(callee) = place::bare(&call.func) else {
            return tokens::opaque(call);
        };
        if callee.qself.is_some() {
            return tokens::opaque(call);
        }
        let names: Vec<String> = callee
            .path
            .segments
            .iter()
            .map(|segment| known::plain(&segment.ident))
            .collect();
        let (of, name) = match names.as_slice() {
            [name] => ("", name.as_str()),
            [.., of, name] => (of.as_str(), name.as_str()),
            [] => return tokens::opaque(call),
        };
        let arguments: Vec<&Expr> = call.args.iter().collect();
        self.known_call(&callee.path, of, name, &arguments)
            .unwrap_or_else(|| tokens::opaque(call))
    }

    fn known_call(
        &mut self,
        path: &Path,
        of: &str,
        name: &str,
        arguments: &[&Expr],
    ) -> Option<TokenStream> {
        if of.is_empty() && self.local(name).is_some() {
            return None;
        }
        if self.is_event_enum(of) {
            let event = self
                .scope
                .events
                .iter()
                .position(|(event, _)| event == name)?;
            let values = arguments
                .iter()
                .map(|argument| self.expr(argument))
                .collect();
            return self.event(event, values);
        }
        if self.is_aggregate(of)
            && let Some(tree) = self.associated(name, arguments)
        {
            return Some(tree);
        }
        if (of == "Aggregate" || self.is_aggregate(of))
            && name == "deciding"
            && arguments.len() == 1
        {
            return Some(quote!(::lawful::model::Expr::Deciding));
        }
        if known::is_upper(name) {
            let values = arguments
                .iter()
                .map(|argument| self.expr(argument))
                .collect();
            return Some(tokens::construct(&self.construct_path(path), values));
        }
        match (of, name, arguments) {
            ("", ..) => None,
            ("Box", "new" | "from", [value])
            | ("String" | "str" | "Cow", "from" | "to_owned", [value]) => Some(self.expr(value)),
            ("cmp", "min" | "max", [left, right]) => {
                let (left, right) = (self.expr(left), self.expr(right));
                Some(tokens::method(name, left, vec![right]))
            }
            ("Option", "default", []) => Some(tokens::construct("None", Vec::new())),
            (_, "new" | "default" | "with_capacity", _)
                if known::is_collection(of) || of == "String" =>
            {
                Some(tokens::function(&format!("{of}::new"), Vec::new()))
            }
            ("Default", "default", []) => Some(tokens::function("Default::default", Vec::new())),
            (_, "default", [])
                if (known::is_upper(of) && !known::is_generic(of))
                    || known::is_number_type(of)
                    || of == "bool" =>
            {
                let mut of = path.clone();
                of.segments.pop();
                of.segments.pop_punct();
                Some(self.default_of(&of))
            }
            _ if known::is_function(of, name) => {
                let arguments = arguments
                    .iter()
                    .map(|argument| self.expr(argument))
                    .collect();
                Some(tokens::function(&format!("{of}::{name}"), arguments))
            }
            // An alias of a number type: `Cents::from(quantity)`.
            (_, "from", [value]) if known::is_upper(of) && !known::is_generic(of) => {
                Some(self.conversion(path, value))
            }
            (_, _, [receiver, rest @ ..]) if known::is_standard(of) => {
                self.standard_method(receiver, name, rest)
            }
            _ => None,
        }
    }

    /// A rule or helper of the same impl by its path: `Self::is_payable(amount)`, `Account::covers(self, amount)`.
    fn associated(&mut self, name: &str, arguments: &[&Expr]) -> Option<TokenStream> {
        let (node, parameters) = self.own_method(name)?;
        if arguments.len() == parameters {
            let arguments = arguments
                .iter()
                .map(|argument| self.expr(argument))
                .collect();
            return Some(own_call(node, name, arguments));
        }
        let (state, arguments) = arguments.split_first()?;
        if arguments.len() != parameters {
            return None;
        }
        let arguments = arguments
            .iter()
            .map(|argument| self.expr(argument))
            .collect();
        let call = own_call(node, name, arguments);
        Some(if place::is_self(state) {
            call
        } else {
            of_other_state(self.expr(state), call)
        })
    }

    /// Whether `name` is a rule or a helper, and how many parameters it has beside `self`.
    pub(super) fn own_method(&self, name: &str) -> Option<(&'static str, usize)> {
        let find = |methods: &[(String, Vec<String>)]| {
            methods
                .iter()
                .find(|(method, _)| method == name)
                .map(|(_, parameters)| parameters.len())
        };
        find(&self.scope.rules)
            .map(|parameters| ("Rule", parameters))
            .or_else(|| find(&self.scope.helpers).map(|parameters| ("Helper", parameters)))
    }

    /// Whether the compiler finds a number type behind the name decides; the macro sees only the name.
    fn conversion(&mut self, path: &Path, value: &Expr) -> TokenStream {
        let mut of = self.resolved(path);
        of.segments.pop();
        of.segments.pop_punct();
        let opaque = tokens::opaque_text(&format!(
            "{}({})",
            source::print(path),
            source::print(value)
        ));
        let arguments = tokens::one(self.expr(value));
        quote!({
            use ::lawful::__private::NoNumber as _;
            match ::lawful::__private::Alias::<#of>::FROM {
                ::std::option::Option::Some(from) => ::lawful::model::Expr::Function {
                    path: ::std::borrow::Cow::Borrowed(from),
                    arguments: #arguments,
                },
                ::std::option::Option::None => #opaque,
            }
        })
    }

    pub(super) fn is_aggregate(&self, of: &str) -> bool {
        of == "Self"
            || self
                .scope
                .aggregate
                .is_some_and(|aggregate| aggregate == of)
    }

    fn is_event_enum(&self, of: &str) -> bool {
        self.scope
            .event_enum
            .as_ref()
            .is_some_and(|events| events == of)
    }

    /// The event that a variant of the event enum stands for.
    pub(super) fn event_variant(&self, of: &str, variant: &str) -> Option<usize> {
        if !self.is_event_enum(of) || !known::is_upper(variant) {
            return None;
        }
        self.scope
            .events
            .iter()
            .position(|(event, _)| known::same_name(event, variant))
    }

    /// The rule that a variant of the rule enum stands for.
    pub(super) fn broken(&self, of: &str, variant: &str) -> Option<String> {
        let enums = self.scope.rule_enum.as_ref()?;
        let rule = self
            .scope
            .rules
            .iter()
            .find(|(rule, _)| known::same_name(rule, variant))?;
        (enums == of).then(|| rule.0.clone())
    }

    /// An event with the values of its parameters in declared order.
    pub(super) fn event(&self, event: usize, values: Vec<TokenStream>) -> Option<TokenStream> {
        let (method, parameters) = &self.scope.events[event];
        if parameters.len() != values.len() {
            return None;
        }
        let recorded = self
            .scope
            .event_names
            .iter()
            .find(|(name, _)| name == method);
        let name = tokens::text(recorded.map_or(method, |(_, recorded)| recorded));
        let fields = tokens::texts(parameters.iter().map(String::as_str));
        let values = tokens::list(values);
        Some(quote!(::lawful::model::Expr::Event { name: #name, fields: #fields, values: #values }))
    }

    /// `Path { field: value, ..base }`.
    pub(super) fn construct(&mut self, construct: &syn::ExprStruct) -> TokenStream {
        if construct.qself.is_some() || (construct.dot2_token.is_some() && construct.rest.is_none())
        {
            return tokens::opaque(construct);
        }
        let mut names = construct
            .path
            .segments
            .iter()
            .rev()
            .map(|s| known::plain(&s.ident));
        let last = names.next().unwrap_or_default();
        if let Some(event) = self.event_variant(&names.next().unwrap_or_default(), &last) {
            return self
                .event_literal(event, construct)
                .unwrap_or_else(|| tokens::opaque(construct));
        }
        let fields: Vec<String> = construct
            .fields
            .iter()
            .map(|field| expression::member(&field.member))
            .collect();
        let values = construct
            .fields
            .iter()
            .map(|field| self.expr(&field.expr))
            .collect();
        let base = construct
            .rest
            .as_deref()
            .map(|base| match place::bare(base) {
                Expr::Call(call) if is_default(&call.func) && call.args.is_empty() => {
                    self.default_of(&construct.path)
                }
                base => self.expr(base),
            });
        let path = self.construct_path(&construct.path);
        tokens::construct_named(&path, fields.iter().map(String::as_str), values, base)
    }

    fn event_literal(&mut self, event: usize, construct: &syn::ExprStruct) -> Option<TokenStream> {
        if construct.rest.is_some() {
            return None;
        }
        let parameters = self.scope.events[event].1.clone();
        let values: Option<Vec<TokenStream>> = parameters
            .iter()
            .map(|parameter| {
                let field = construct
                    .fields
                    .iter()
                    .find(|field| expression::member(&field.member) == *parameter)?;
                Some(self.expr(&field.expr))
            })
            .collect();
        self.event(event, values?)
    }
}

/// `Rule { name, arguments }` or `Helper { name, arguments }`.
pub(super) fn own_call(node: &str, name: &str, arguments: Vec<TokenStream>) -> TokenStream {
    let node = quote::format_ident!("{node}");
    let (name, arguments) = (tokens::text(name), tokens::list(arguments));
    quote!(::lawful::model::Expr::#node { name: #name, arguments: #arguments })
}

pub(super) fn of_other_state(state: TokenStream, call: TokenStream) -> TokenStream {
    let (state, call) = (tokens::one(state), tokens::one(call));
    quote!(::lawful::model::Expr::Of { state: #state, call: #call })
}

/// `Default::default` and `Self::default`, as the base of a construction.
fn is_default(callee: &Expr) -> bool {
    matches!(place::bare(callee), Expr::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "default")
            && path.path.segments.first().is_some_and(|first| first.ident == "Default"))
}

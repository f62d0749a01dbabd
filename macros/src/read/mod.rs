//! Reads a body into the expression tree of the model: what a rule says, what an event changes, what a command records.
//!
//! The result is a constant expression of type `::lawful::model::Expr`. What cannot be read becomes `Expr::Opaque` with its source
//! text, as small as possible; nothing here fails.

mod block;
mod call;
mod constant;
mod control;
mod expression;
mod hook;
mod known;
mod literal;
mod method;
mod operator;
mod pattern;
mod place;
mod source;
#[cfg(test)]
mod tests;
mod tokens;

pub(crate) use hook::hook;
use proc_macro2::TokenStream;
use syn::visit::Visit;

/// What the names in a body may stand for.
pub(crate) struct Scope<'a> {
    /// `Account`; None for a free rule.
    pub(crate) aggregate: Option<&'a syn::Ident>,
    /// `AccountEvent`.
    pub(crate) event_enum: Option<syn::Ident>,
    /// `AccountRule`.
    pub(crate) rule_enum: Option<syn::Ident>,
    /// The parameters of this method.
    pub(crate) parameters: Vec<syn::Ident>,
    /// Rules and invariants of the impl: name and parameter names.
    pub(crate) rules: Vec<(String, Vec<String>)>,
    /// Events of the impl: the method's name and its parameter names.
    pub(crate) events: Vec<(String, Vec<String>)>,
    /// Methods of the impl without an attribute: name and parameter names.
    pub(crate) helpers: Vec<(String, Vec<String>)>,
    /// Events whose recorded name is another than the method's: method name and recorded name.
    pub(crate) event_names: Vec<(String, String)>,
}

/// The tree of a method's body, as tokens of a constant `::lawful::model::Expr`.
pub(crate) fn body(scope: &Scope<'_>, block: &syn::Block) -> TokenStream {
    let mut unresolved = Unresolved(false);
    unresolved.visit_block(block);
    if unresolved.0 {
        let text: Vec<String> = block.stmts.iter().map(source::print).collect();
        return tokens::opaque_text(&text.join(" "));
    }
    Reader::new(scope).block(block)
}

/// The tree of an argument in `requires(..)` or `unless(..)`, as tokens of a constant `::lawful::model::Expr`.
pub(crate) fn expression(scope: &Scope<'_>, expr: &syn::Expr) -> TokenStream {
    Reader::new(scope).expr(expr)
}

/// The source text of a type with canonical spacing: `BTreeMap<Id<LineItem>, LineItem>`.
pub(crate) fn type_text(ty: &syn::Type) -> String {
    source::print_type(ty)
}

/// Whether a body holds what a tree outside of it cannot follow: names that an inner `use` or `fn` brings in, and code that may or may
/// not be compiled.
struct Unresolved(bool);

impl<'ast> Visit<'ast> for Unresolved {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.0 |= !matches!(item, syn::Item::Const(_));
        syn::visit::visit_item(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        self.0 |= ["cfg", "cfg_attr"]
            .iter()
            .any(|name| attribute.path().is_ident(name));
    }
}

/// A name that `let`, a pattern or a closure has bound.
struct Local {
    name: String,
    /// Whether it holds a state of the aggregate: `let mut next = self.deciding()`.
    state: bool,
}

/// Walks a body with the names that are bound so far.
struct Reader<'a> {
    scope: &'a Scope<'a>,
    locals: Vec<Local>,
}

impl<'a> Reader<'a> {
    fn new(scope: &'a Scope<'a>) -> Self {
        Reader {
            scope,
            locals: Vec::new(),
        }
    }

    /// Reads something whose names end with it.
    fn scoped<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let bound = self.locals.len();
        let result = read(self);
        self.locals.truncate(bound);
        result
    }

    fn bind(&mut self, name: String) {
        self.locals.push(Local { name, state: false });
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.scope
            .parameters
            .iter()
            .any(|parameter| known::plain(parameter) == name)
    }
}

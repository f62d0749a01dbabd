//! Constants, unit variants and unit structs. The macro sees their names only, so the tree keeps a function that gives the value.

use super::{Reader, known, source, tokens};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ExprPath, Path, visit_mut::VisitMut};

impl Reader<'_> {
    /// A path that is a value by itself.
    pub(super) fn path(&mut self, path: &ExprPath) -> TokenStream {
        if path.qself.is_some() {
            return tokens::opaque(path);
        }
        if let Some(name) = path.path.get_ident() {
            let name = known::plain(name);
            if name == "self" {
                return quote!(::lawful::model::Expr::State);
            }
            if self.local(&name).is_some() {
                return tokens::named("Local", &name);
            }
            if self.is_parameter(&name) {
                return tokens::named("Parameter", &name);
            }
        }
        let names: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|s| known::plain(&s.ident))
            .collect();
        let last = names.last().map_or("", String::as_str);
        let of = names.iter().nth_back(1).map_or("", String::as_str);
        if let Some(unit) = standard_unit(of, last) {
            return tokens::construct(unit, Vec::new());
        }
        if let Some(event) = self.event_variant(of, last) {
            return self
                .event(event, Vec::new())
                .unwrap_or_else(|| tokens::opaque(path));
        }
        if let Some(rule) = self.broken(of, last) {
            return tokens::named("Broken", &rule);
        }
        if known::is_upper(last) {
            let path = self.resolved(&path.path);
            return constant(&path, &path);
        }
        tokens::opaque(path)
    }

    /// The default value of a type of the user's, which is a constant too.
    pub(super) fn default_of(&self, of: &Path) -> TokenStream {
        let of = self.resolved(of);
        let name = format!("{}::default()", source::print(&of));
        let value = datum(&quote!(<#of as ::std::default::Default>::default()));
        let name = tokens::text(&name);
        quote!(::lawful::model::Expr::Constant(#name, #value))
    }

    /// The tokens of `model::Constant` beside the path's text, for patterns.
    pub(super) fn constant_pattern(&self, path: &Path) -> TokenStream {
        let path = self.resolved(path);
        let (name, value) = (tokens::text(&source::print(&path)), datum(&path));
        quote!(::lawful::model::Pattern::Constant(#name, #value))
    }

    /// A path in which the aggregate's name stands for `Self`, which means nothing outside of the impl.
    pub(super) fn resolved(&self, path: &Path) -> Path {
        let mut path = path.clone();
        if let Some(aggregate) = self.scope.aggregate {
            Unself(aggregate).visit_path_mut(&mut path);
        }
        path
    }
}

struct Unself<'a>(&'a syn::Ident);

impl VisitMut for Unself<'_> {
    fn visit_ident_mut(&mut self, ident: &mut syn::Ident) {
        if ident == "Self" {
            *ident = syn::Ident::new(&self.0.to_string(), ident.span());
        }
    }
}

/// Unit variants of the standard library: their types are generic or do not serialise.
pub(super) fn standard_unit(of: &str, name: &str) -> Option<&'static str> {
    Some(match (of, name) {
        ("" | "Option", "None") => "None",
        ("Bound", "Unbounded") => "Bound::Unbounded",
        ("Ordering", "Less") => "Ordering::Less",
        ("Ordering", "Equal") => "Ordering::Equal",
        ("Ordering", "Greater") => "Ordering::Greater",
        _ => return None,
    })
}

fn constant(name: &impl ToTokens, value: &impl ToTokens) -> TokenStream {
    let (name, value) = (tokens::text(&source::print(name)), datum(value));
    quote!(::lawful::model::Expr::Constant(#name, #value))
}

fn datum(value: &impl ToTokens) -> TokenStream {
    quote!(::lawful::model::Constant::Native(|| {
        use ::lawful::__private::{ByName as _, Elements as _, Serialises as _};
        (&&::lawful::__private::Known(&#value)).datum()
    }))
}

//! Tokens of the nodes of a tree. Paths are absolute and lists are borrowed, so that a whole tree is one constant.

use super::source;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

pub(super) fn text(text: &str) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(#text))
}

pub(super) fn list(items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let items = items.into_iter();
    quote!(::std::borrow::Cow::Borrowed(&[#(#items),*]))
}

pub(super) fn one(item: TokenStream) -> TokenStream {
    list([item])
}

pub(super) fn texts<'t>(items: impl IntoIterator<Item = &'t str>) -> TokenStream {
    list(items.into_iter().map(text))
}

/// `Expr::Name(text)`: fields, parameters, locals.
pub(super) fn named(node: &str, name: &str) -> TokenStream {
    let node = quote::format_ident!("{node}");
    let name = text(name);
    quote!(::lawful::model::Expr::#node(#name))
}

pub(super) fn opaque(source: &impl ToTokens) -> TokenStream {
    opaque_text(&source::print(source))
}

pub(super) fn opaque_text(source: &str) -> TokenStream {
    named("Opaque", source)
}

pub(super) fn method(name: &str, of: TokenStream, arguments: Vec<TokenStream>) -> TokenStream {
    let (name, of, arguments) = (text(name), one(of), list(arguments));
    quote!(::lawful::model::Expr::Method { name: #name, of: #of, arguments: #arguments })
}

pub(super) fn function(path: &str, arguments: Vec<TokenStream>) -> TokenStream {
    let (path, arguments) = (text(path), list(arguments));
    quote!(::lawful::model::Expr::Function { path: #path, arguments: #arguments })
}

/// `Path(values)`: the fields are numbered.
pub(super) fn construct(path: &str, values: Vec<TokenStream>) -> TokenStream {
    let numbers: Vec<String> = (0..values.len()).map(|index| index.to_string()).collect();
    construct_named(path, numbers.iter().map(String::as_str), values, None)
}

pub(super) fn construct_named<'t>(
    path: &str,
    fields: impl IntoIterator<Item = &'t str>,
    values: Vec<TokenStream>,
    base: Option<TokenStream>,
) -> TokenStream {
    let (path, fields, values, base) = (text(path), texts(fields), list(values), list(base));
    quote!(::lawful::model::Expr::Construct {
        path: #path, fields: #fields, values: #values, base: #base,
    })
}

pub(super) fn bind(pattern: &TokenStream, parts: Vec<TokenStream>) -> TokenStream {
    let parts = list(parts);
    quote!(::lawful::model::Expr::Bind { pattern: #pattern, parts: #parts })
}

pub(super) fn block(statements: Vec<TokenStream>, value: bool) -> TokenStream {
    let statements = list(statements);
    quote!(::lawful::model::Expr::Block { statements: #statements, value: #value })
}

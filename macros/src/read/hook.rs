//! `__read!`: the tree of a body without a declaration around it, for the tests of the reader.
//!
//! ```text
//! __read!(aggregate Account; parameters(amount); rules(is_open(), covers(amount)); helpers(); events(withdrawn(amount)); { body })
//! ```

use super::{Scope, body};
use proc_macro2::TokenStream;
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Block, Ident, Token, parenthesized};

pub(crate) fn hook(input: TokenStream) -> TokenStream {
    match syn::parse2::<Input>(input) {
        Ok(input) => body(
            &Scope {
                event_enum: Some(format_ident!("{}Event", input.aggregate)),
                rule_enum: Some(format_ident!("{}Rule", input.aggregate)),
                aggregate: Some(&input.aggregate),
                parameters: input.parameters,
                rules: input.rules,
                events: input.events,
                helpers: input.helpers,
                event_names: vec![("held_up".to_owned(), "blocked".to_owned())],
            },
            &input.body,
        ),
        Err(error) => error.to_compile_error(),
    }
}

struct Input {
    aggregate: Ident,
    parameters: Vec<Ident>,
    rules: Vec<(String, Vec<String>)>,
    helpers: Vec<(String, Vec<String>)>,
    events: Vec<(String, Vec<String>)>,
    body: Block,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let aggregate = input.parse()?;
        input.parse::<Token![;]>()?;
        input.parse::<Ident>()?;
        let parameters = names(input)?;
        input.parse::<Token![;]>()?;
        Ok(Input {
            aggregate,
            parameters,
            rules: methods(input)?,
            helpers: methods(input)?,
            events: methods(input)?,
            body: input.parse()?,
        })
    }
}

fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let inner;
    parenthesized!(inner in input);
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(&inner)?
        .into_iter()
        .collect())
}

fn methods(input: ParseStream<'_>) -> syn::Result<Vec<(String, Vec<String>)>> {
    input.parse::<Ident>()?;
    let inner;
    parenthesized!(inner in input);
    input.parse::<Token![;]>()?;
    let mut methods = Vec::new();
    while !inner.is_empty() {
        let name: Ident = inner.parse()?;
        let parameters = names(&inner)?.iter().map(ToString::to_string).collect();
        methods.push((name.to_string(), parameters));
        inner.parse::<Option<Token![,]>>()?;
    }
    Ok(methods)
}

//! The inside of an attribute: a list of words, each alone, with a value, or with a list of its own.

use crate::messages;
use crate::mistakes::Mistakes;
use crate::naming::plain;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Token, parenthesized};

/// `inexact`, `name = "account"` or `requires(is_open)`.
pub(crate) struct Word {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    None,
    Is(TokenStream),
    List(TokenStream),
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) && !input.peek(Token![=>]) {
            input.parse::<Token![=]>()?;
            let mut tokens = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                tokens.extend([input.parse::<TokenTree>()?]);
            }
            Value::Is(tokens)
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            Value::List(content.parse()?)
        } else {
            Value::None
        };
        Ok(Word { name, value })
    }
}

impl ToTokens for Word {
    /// For errors: the name is the token at fault.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
    }
}

impl Word {
    pub(crate) fn is(&self, name: &str) -> bool {
        plain(&self.name) == name
    }

    /// `word = "text"`.
    pub(crate) fn text(&self, mistakes: &mut Mistakes) -> Option<LitStr> {
        self.parsed(mistakes, "\"..\"")
    }

    /// `word = 1`.
    pub(crate) fn number(&self, mistakes: &mut Mistakes) -> Option<(u32, LitInt)> {
        let literal: LitInt = self.parsed(mistakes, "1")?;
        match literal.base10_parse() {
            Ok(number) if number > 0 => Some((number, literal)),
            _ => {
                mistakes.at(
                    &literal,
                    messages::number_from_one(&plain(&self.name), &literal),
                );
                None
            }
        }
    }

    /// `word = value`.
    pub(crate) fn parsed<T: Parse>(&self, mistakes: &mut Mistakes, example: &str) -> Option<T> {
        let parsed = match &self.value {
            Value::Is(tokens) => syn::parse2(tokens.clone()).ok(),
            _ => None,
        };
        if parsed.is_none() {
            let name = plain(&self.name);
            mistakes.at(&self.name, messages::wants_value(&name, example));
        }
        parsed
    }

    /// `word(..)`.
    pub(crate) fn list<T: Parse>(&self, mistakes: &mut Mistakes, example: &str) -> Vec<T> {
        let Value::List(tokens) = &self.value else {
            let name = plain(&self.name);
            mistakes.at(&self.name, messages::wants_list(&name, example));
            return Vec::new();
        };
        let list = Punctuated::<T, Token![,]>::parse_terminated;
        match syn::parse::Parser::parse2(list, tokens.clone()) {
            Ok(list) => list.into_iter().collect(),
            Err(error) => {
                mistakes.add(error);
                Vec::new()
            }
        }
    }

    /// `word` alone.
    pub(crate) fn flag(&self, mistakes: &mut Mistakes) -> bool {
        if !matches!(self.value, Value::None) {
            mistakes.at(&self.name, messages::wants_nothing(&plain(&self.name)));
        }
        true
    }
}

/// The words of `#[attribute(..)]`, known ones only, each as often as it may stand.
pub(crate) fn words(
    attribute: &str,
    tokens: TokenStream,
    known: &[&str],
    repeatable: &[&str],
    mistakes: &mut Mistakes,
) -> Vec<Word> {
    let list = Punctuated::<Word, Token![,]>::parse_terminated;
    let words = match syn::parse::Parser::parse2(list, tokens) {
        Ok(words) => words,
        Err(error) => {
            mistakes.add(error);
            return Vec::new();
        }
    };
    let mut kept: Vec<Word> = Vec::new();
    for word in words {
        let name = plain(&word.name);
        if !known.contains(&name.as_str()) {
            mistakes.at(&word.name, messages::unknown_word(&name, attribute, known));
        } else if !repeatable.contains(&name.as_str()) && kept.iter().any(|other| other.is(&name)) {
            mistakes.at(&word.name, messages::word_twice(&name));
        } else {
            kept.push(word);
        }
    }
    kept
}

/// The inside of an attribute that stands on an item: `#[event]`, `#[event(..)]`.
pub(crate) fn inside(attribute: &Attribute, mistakes: &mut Mistakes) -> TokenStream {
    match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => {
            mistakes.at(&pair.value, messages::attribute_with_value());
            TokenStream::new()
        }
    }
}

/// Whether the attribute is `#[name]`, alone or as a path into this crate.
pub(crate) fn is(attribute: &Attribute, name: &str) -> bool {
    let path = attribute.path();
    path.is_ident(name)
        || path.segments.len() == 2
            && path.segments[0].ident == "lawful"
            && path.segments[1].ident == name
}

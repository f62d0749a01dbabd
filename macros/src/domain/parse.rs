//! Takes the declaration of a domain apart.

use crate::attributes::{self, Word};
use crate::mistakes::Mistakes;
use crate::{messages, words};
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Fields, Item, ItemStruct, Type};

pub(crate) struct Parsed {
    /// `None`: it is no unit struct.
    pub(crate) item: Option<ItemStruct>,
    /// `None`: the word is missing, or its list cannot be read.
    pub(crate) aggregates: Option<Vec<Listed>>,
    pub(crate) services: Vec<Expr>,
    pub(crate) programs: Vec<Expr>,
}

/// What stands where an aggregate should.
pub(crate) enum Listed {
    Type(Type),
    Other(Expr),
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.fork().parse::<Type>().is_ok() {
            input.parse().map(Listed::Type)
        } else {
            input.parse().map(Listed::Other)
        }
    }
}

pub(crate) fn parse(attribute: TokenStream, item: &Item, mistakes: &mut Mistakes) -> Parsed {
    let words: Vec<Word> = attributes::words("domain", attribute, words::OF_DOMAIN, &[], mistakes);
    let aggregates = words.iter().find(|word| word.is(words::AGGREGATES));
    let aggregates = aggregates.map(|word| word.list::<Listed>(mistakes, "Account"));
    let services = words.iter().find(|word| word.is(words::SERVICES));
    let services = services.map(|word| word.list::<Expr>(mistakes, "Notices"));
    let programs = words.iter().find(|word| word.is(words::PROGRAMS));
    let programs = programs.map(|word| word.list::<Expr>(mistakes, "transfer"));
    let item = match item {
        Item::Struct(item) if matches!(item.fields, Fields::Unit) => Some(item.clone()),
        Item::Struct(item) => {
            mistakes.at(&item.fields, messages::domain_on());
            None
        }
        Item::Enum(item) => {
            mistakes.at(&item.enum_token, messages::domain_on());
            None
        }
        other => {
            mistakes.at(&other, messages::domain_on());
            None
        }
    };
    Parsed {
        item,
        aggregates,
        services: services.unwrap_or_default(),
        programs: programs.unwrap_or_default(),
    }
}

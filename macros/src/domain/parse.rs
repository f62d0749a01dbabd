//! Takes the declaration of a domain apart.

use crate::attributes::{self, Word};
use crate::mistakes::Mistakes;
use crate::{messages, words};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Fields, Item, ItemStruct};

pub(crate) struct Parsed {
    pub(crate) item: ItemStruct,
    /// `None`: the word is missing, or is no list.
    pub(crate) aggregates: Option<Vec<Expr>>,
}

/// `None` where there is no unit struct.
pub(crate) fn parse(
    attribute: TokenStream,
    item: &Item,
    mistakes: &mut Mistakes,
) -> Option<Parsed> {
    let words: Vec<Word> = attributes::words("domain", attribute, words::OF_DOMAIN, &[], mistakes);
    let aggregates = words.iter().find(|word| word.is(words::AGGREGATES));
    let aggregates = aggregates.map(|word| word.list::<Expr>(mistakes, "Account"));
    match item {
        Item::Struct(item) if matches!(item.fields, Fields::Unit) => Some(Parsed {
            item: item.clone(),
            aggregates,
        }),
        Item::Struct(item) => {
            mistakes.at(&item.fields, messages::domain_on());
            None
        }
        Item::Enum(item) => {
            mistakes.at(&item.enum_token, messages::domain_on());
            None
        }
        other => {
            mistakes.at(&other.to_token_stream(), messages::domain_on());
            None
        }
    }
}

//! Finds the mistakes of a domain.

use super::parse::Parsed;
use crate::mistakes::Mistakes;
use crate::naming::{plain, snake};
use crate::{documentation, messages};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident};
use syn::{Expr, ItemStruct, Path};

pub(crate) struct Declaration {
    pub(crate) item: ItemStruct,
    pub(crate) doc: String,
    pub(crate) aggregates: Vec<Aggregate>,
}

pub(crate) struct Aggregate {
    pub(crate) path: Path,
    pub(crate) variant: Ident,
    pub(crate) field: Ident,
}

pub(crate) fn check(parsed: Parsed, mistakes: &mut Mistakes) -> Option<Declaration> {
    let item = parsed.item;
    if !item.generics.params.is_empty() {
        mistakes.at(&item.generics, messages::generic("a domain"));
        return None;
    }
    let mut aggregates: Vec<Aggregate> = Vec::new();
    match &parsed.aggregates {
        Some(listed) if !listed.is_empty() => {
            for one in listed {
                aggregates.extend(aggregate(one, &aggregates, mistakes));
            }
        }
        // An unknown word may have been meant to be this one.
        None if !mistakes.is_empty() => return None,
        _ => {
            mistakes.at(&item.ident, messages::domain_without_aggregates());
            return None;
        }
    }
    Some(Declaration {
        doc: documentation::sentence(&item.attrs),
        item,
        aggregates,
    })
}

fn aggregate(one: &Expr, before: &[Aggregate], mistakes: &mut Mistakes) -> Option<Aggregate> {
    let path = match one {
        Expr::Path(one) if one.qself.is_none() => &one.path,
        other => {
            mistakes.at(other, messages::not_an_aggregate_path(other));
            return None;
        }
    };
    if let Some(part) = path.segments.iter().find(|part| !part.arguments.is_none()) {
        mistakes.at(&part.arguments, messages::aggregate_with_arguments());
        return None;
    }
    if before.iter().any(|other| other.path == *path) {
        let name = path.to_token_stream().to_string().replace(' ', "");
        mistakes.at(path, messages::aggregate_twice(&name));
        return None;
    }
    let last = &path.segments.last()?.ident;
    let taken = before.iter().any(|other| other.variant == *last);
    let suffix = if taken {
        before.len().to_string()
    } else {
        String::new()
    };
    Some(Aggregate {
        path: path.clone(),
        variant: Ident::new(&format!("{}{suffix}", plain(last)), last.span()),
        field: format_ident!("{}_{}", snake(&plain(last)), before.len()),
    })
}

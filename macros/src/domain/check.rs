//! Finds the mistakes of a domain.

use super::parse::{Listed, Parsed};
use crate::mistakes::Mistakes;
use crate::naming::{self, plain, snake};
use crate::{documentation, messages};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident};
use syn::{Expr, ItemStruct, Path, Type};

pub(crate) struct Declaration {
    pub(crate) item: ItemStruct,
    pub(crate) doc: String,
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) services: Vec<Service>,
    /// The functions.
    pub(crate) programs: Vec<Path>,
}

pub(crate) struct Service {
    pub(crate) path: Path,
    pub(crate) variant: Ident,
    pub(crate) field: Ident,
}

pub(crate) struct Aggregate {
    pub(crate) path: Path,
    pub(crate) variant: Ident,
    pub(crate) field: Ident,
}

/// `None` where nothing can be generated.
pub(crate) fn check(parsed: Parsed, mistakes: &mut Mistakes) -> Option<Declaration> {
    let mut aggregates: Vec<Aggregate> = Vec::new();
    for one in parsed.aggregates.iter().flatten() {
        aggregates.extend(aggregate(one, &aggregates, mistakes));
    }
    let item = parsed.item?;
    if !item.generics.params.is_empty() {
        mistakes.at(&item.generics, messages::generic("a domain"));
        return None;
    }
    // Where something else was reported, it explains why none is left.
    if aggregates.is_empty() && mistakes.is_empty() {
        mistakes.at(&item.ident, messages::domain_without_aggregates());
    }
    let services = services(&parsed.services, mistakes);
    let programs = programs(&parsed.programs, mistakes);
    (!aggregates.is_empty()).then(|| Declaration {
        doc: documentation::sentence(&item.attrs),
        item,
        aggregates,
        services,
        programs,
    })
}

fn services(listed: &[Expr], mistakes: &mut Mistakes) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    for one in listed {
        let Some(path) = plain_path(one, messages::not_a_service_path, mistakes) else {
            continue;
        };
        let Some(last) = path.segments.last().map(|last| &last.ident) else {
            continue;
        };
        if services.iter().any(|other| other.variant == *last) {
            mistakes.at(path, messages::listed_twice("service", &plain(last)));
            continue;
        }
        services.push(Service {
            path: path.clone(),
            variant: last.clone(),
            field: naming::identifier(&snake(&plain(last)), last.span()),
        });
    }
    services
}

fn programs(listed: &[Expr], mistakes: &mut Mistakes) -> Vec<Path> {
    let mut programs: Vec<Path> = Vec::new();
    for one in listed {
        let Some(path) = plain_path(one, messages::not_a_program_path, mistakes) else {
            continue;
        };
        if programs.contains(path) {
            let name = path.to_token_stream().to_string().replace(' ', "");
            mistakes.at(path, messages::listed_twice("program", &name));
            continue;
        }
        programs.push(path.clone());
    }
    programs
}

/// A path without arguments.
fn plain_path<'a>(
    one: &'a Expr,
    message: fn(&Expr) -> String,
    mistakes: &mut Mistakes,
) -> Option<&'a Path> {
    match one {
        Expr::Path(one)
            if one.qself.is_none()
                && one
                    .path
                    .segments
                    .iter()
                    .all(|part| part.arguments.is_none()) =>
        {
            Some(&one.path)
        }
        other => {
            mistakes.at(other, message(other));
            None
        }
    }
}

fn aggregate(one: &Listed, before: &[Aggregate], mistakes: &mut Mistakes) -> Option<Aggregate> {
    let path = match one {
        Listed::Type(Type::Path(one)) if one.qself.is_none() => &one.path,
        Listed::Type(other) => {
            mistakes.at(other, messages::not_an_aggregate_path(other));
            return None;
        }
        Listed::Other(other) => {
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

//! Events, and how older versions of them are read.

use super::{Checker, Found, find, of, receiver};
use crate::aggregate::declaration::Event;
use crate::aggregate::parse::{Member, Role};
use crate::parameters::Use;
use crate::{messages, naming, words};
use quote::quote;
use syn::{Path, ReturnType, Token, Type};

impl Checker<'_> {
    pub(super) fn events(&mut self, members: &[Member]) -> Vec<Event> {
        of(members, Role::Event)
            .map(|member| self.event(member))
            .collect()
    }

    pub(super) fn event(&mut self, member: &Member) -> Event {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        match receiver(&member.method) {
            Found::Other(_, found) if found == "&mut self" => {}
            Found::Other(receiver, _) => {
                self.mistakes.at(receiver, messages::event_receiver(&name));
            }
            Found::Shared => {
                self.mistakes
                    .at(&sig.inputs[0], messages::event_receiver(&name));
            }
            Found::Nothing => self
                .mistakes
                .at(&sig.ident, messages::event_receiver(&name)),
        }
        if let ReturnType::Type(arrow, ty) = &sig.output
            && !matches!(&**ty, Type::Tuple(unit) if unit.elems.is_empty())
        {
            let message = messages::event_returns(&crate::read::type_text(ty));
            self.mistakes.at(&quote!(#arrow #ty), message);
        }
        let mut method = self.method(member, Use::Field { exact: self.exact });
        method.name = self.recorded_name(&member.words, &method.name);
        let (version, upcasts) = self.versions(member, &method.name);
        let aliases = member.words.iter().filter(|word| word.is(words::ALIAS));
        let mut names = Vec::new();
        for word in aliases {
            names.extend(word.text(self.mistakes));
        }
        for alias in &names {
            let taken = names
                .iter()
                .take_while(|other| !std::ptr::eq(*other, alias));
            if alias.value() == method.name
                || taken
                    .into_iter()
                    .any(|other| other.value() == alias.value())
            {
                self.mistakes
                    .at(alias, messages::alias_clash(&alias.value(), &method.name));
            }
        }
        let aliases = names.iter().map(syn::LitStr::value).collect();
        Event {
            method,
            version,
            aliases,
            upcasts,
        }
    }

    /// The present schema version, and how each older one is read.
    pub(super) fn versions(&mut self, member: &Member, event: &str) -> (u32, Vec<(u32, Path)>) {
        let mut upcasts: Vec<Upcast> = Vec::new();
        for word in member.words.iter().filter(|word| word.is(words::UPCAST)) {
            for upcast in word.list::<Upcast>(self.mistakes, "1 => from_v1") {
                match upcast.number {
                    Some(from) if upcasts.iter().any(|other| other.number == Some(from)) => {
                        self.mistakes.at(&upcast.from, messages::upcast_twice(from));
                    }
                    Some(_) => upcasts.push(upcast),
                    None => {
                        let message = messages::number_from_one(words::UPCAST, &upcast.from);
                        self.mistakes.at(&upcast.from, message);
                    }
                }
            }
        }
        upcasts.sort_by_key(|upcast| upcast.number);
        let newest = upcasts
            .iter()
            .filter_map(|upcast| upcast.number)
            .max()
            .unwrap_or(0);
        let given = find(&member.words, words::VERSION).and_then(|word| word.number(self.mistakes));
        let version = given
            .as_ref()
            .map_or_else(|| newest.saturating_add(1), |(version, _)| *version);
        for upcast in &upcasts {
            if let Some(from) = upcast.number.filter(|from| *from >= version) {
                self.mistakes
                    .at(&upcast.from, messages::upcast_too_new(from, version));
            }
        }
        let missing =
            (1..version).find(|from| !upcasts.iter().any(|upcast| upcast.number == Some(*from)));
        if let Some(missing) = missing {
            let message = messages::upcast_gap(event, missing, version);
            match (&given, find(&member.words, words::UPCAST)) {
                (Some((_, literal)), _) => self.mistakes.at(literal, message),
                (None, Some(word)) => self.mistakes.at(&word.name, message),
                (None, None) => {}
            }
        }
        let upcasts = upcasts
            .into_iter()
            .filter_map(|upcast| Some((upcast.number?, upcast.path)));
        (version, upcasts.collect())
    }
}

/// `1 => from_v1`.
struct Upcast {
    from: syn::LitInt,
    number: Option<u32>,
    path: Path,
}

impl syn::parse::Parse for Upcast {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let from: syn::LitInt = input.parse()?;
        input.parse::<Token![=>]>()?;
        let path = input.parse()?;
        let number = from.base10_parse().ok().filter(|number| *number > 0);
        Ok(Upcast { from, number, path })
    }
}

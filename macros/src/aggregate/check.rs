//! Finds every mistake of an aggregate, and keeps what is right.

use super::declaration::{Command, Declaration, Event, Helper, Method, Rule, RuleKind};
use super::guard::Rules;
use super::parse::{Member, Parsed, Role};
use super::reach;
use crate::attributes::Word;
use crate::mistakes::Mistakes;
use crate::parameters::{self, Parameter, Use};
use crate::totality::{self, Demand};
use crate::{documentation, messages, naming, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ImplItemFn, Path, Receiver, ReceiverKind, ReturnType, Safety, Token, Type};

/// `None` where there is not even a name to call anything after.
pub(crate) fn check(parsed: &Parsed, mistakes: &mut Mistakes) -> Option<Declaration> {
    let path = self_type(parsed, mistakes)?;
    let ident = path.segments.last()?.ident.clone();
    let exact = !parsed
        .words
        .iter()
        .any(|word| word.is(words::INEXACT) && word.flag(mistakes));
    let mut checker = Checker {
        path: &path,
        exact,
        mistakes,
    };
    let mut declaration = Declaration {
        name: checker.aggregate_name(&parsed.words, &ident),
        doc: documentation::sentence(&parsed.item.attrs),
        conditions: documentation::conditions(&parsed.item.attrs),
        vis: checker.visibility(&parsed.words),
        snapshot: checker.snapshot(&parsed.words),
        rules: checker.rules(&parsed.members),
        events: checker.events(&parsed.members),
        helpers: checker.helpers(&parsed.members),
        commands: Vec::new(),
        this: this(parsed),
        path: path.clone(),
        exact,
        ident,
    };
    declaration.commands = checker.commands(&parsed.members, &declaration);
    checker.bodies(parsed);
    checker.clashes(&mut declaration);
    Some(declaration)
}

/// `self` as the author writes it.
fn this(parsed: &Parsed) -> Ident {
    let receiver = parsed
        .members
        .iter()
        .find_map(|member| member.method.sig.receiver());
    let span = receiver.map_or_else(Span::call_site, |receiver| receiver.self_token.span);
    Ident::new("self", span)
}

fn self_type(parsed: &Parsed, mistakes: &mut Mistakes) -> Option<Path> {
    let item = &parsed.item;
    if let Some((path, _)) = &item.trait_ {
        mistakes.at(path, messages::trait_impl());
        return None;
    }
    if let Some(token) = &item.unsafety {
        mistakes.at(token, messages::unsafe_impl());
    }
    let mut sound = true;
    if !item.generics.params.is_empty() {
        mistakes.at(&item.generics, messages::generic("an aggregate"));
        sound = false;
    } else if let Some(clause) = &item.generics.where_clause {
        mistakes.at(clause, messages::where_clause("aggregate"));
        sound = false;
    }
    match parameters::bare(&item.self_ty) {
        Type::Path(ty) if ty.qself.is_none() => {
            let arguments = ty
                .path
                .segments
                .iter()
                .find(|part| !part.arguments.is_none());
            match arguments {
                Some(part) if sound => {
                    mistakes.at(&part.arguments, messages::generic("an aggregate"));
                    None
                }
                _ => sound.then(|| ty.path.clone()),
            }
        }
        other => {
            mistakes.at(other, messages::self_type());
            None
        }
    }
}

struct Checker<'a> {
    path: &'a Path,
    exact: bool,
    mistakes: &'a mut Mistakes,
}

impl Checker<'_> {
    fn aggregate_name(&mut self, given: &[Word], ident: &Ident) -> String {
        let default = naming::snake(&naming::plain(ident));
        let name = self.recorded_name(given, &default);
        if words::RESERVED_AGGREGATES.contains(&name.as_str()) {
            let at = given.iter().find(|word| word.is(words::NAME));
            let at = at.map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream);
            self.mistakes.at(&at, messages::reserved_aggregate(&name));
        }
        name
    }

    /// `name = ".."`, or the default.
    fn recorded_name(&mut self, given: &[Word], default: &str) -> String {
        let Some(literal) = find(given, words::NAME).and_then(|word| word.text(self.mistakes))
        else {
            return default.to_owned();
        };
        let name = literal.value();
        if naming::is_snake(&name) {
            name
        } else {
            self.mistakes.at(&literal, messages::not_a_name(&name));
            default.to_owned()
        }
    }

    fn visibility(&mut self, given: &[Word]) -> TokenStream {
        find(given, words::VIS)
            .and_then(|word| word.parsed::<syn::Visibility>(self.mistakes, "pub(crate)"))
            .map_or_else(|| quote!(pub), ToTokens::into_token_stream)
    }

    fn snapshot(&mut self, given: &[Word]) -> Option<u32> {
        find(given, words::SNAPSHOT)
            .and_then(|word| word.number(self.mistakes))
            .map(|(number, _)| number)
    }

    fn rules(&mut self, members: &[Member]) -> Vec<Rule> {
        let mut rules: Vec<Rule> = of(members, Role::Rule)
            .map(|member| self.rule(member))
            .collect();
        rules.extend(of(members, Role::Invariant).filter_map(|member| self.invariant(member)));
        rules
    }

    fn rule(&mut self, member: &Member) -> Rule {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        let looks = match receiver(&member.method) {
            Found::Nothing => false,
            Found::Shared => true,
            Found::Other(receiver, found) => {
                self.mistakes
                    .at(receiver, messages::rule_receiver(&name, &found));
                true
            }
        };
        if words::CONNECTIVES.contains(&name.as_str()) {
            self.mistakes.at(&sig.ident, messages::reserved_rule(&name));
        }
        self.returns_bool(words::RULE, &member.method);
        let method = self.method(member, Use::Passed);
        Rule {
            method,
            kind: RuleKind::Rule,
            looks,
        }
    }

    fn invariant(&mut self, member: &Member) -> Option<Rule> {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        match receiver(&member.method) {
            Found::Shared => {}
            Found::Nothing => self
                .mistakes
                .at(&sig.ident, messages::invariant_receiver(&name)),
            Found::Other(receiver, _) => {
                self.mistakes
                    .at(receiver, messages::invariant_receiver(&name));
            }
        }
        self.returns_bool(words::INVARIANT, &member.method);
        let method = self.method(member, Use::Passed);
        let kind = match method.parameters.as_slice() {
            [] => RuleKind::Invariant,
            [before] if self.is_state(&before.written) => RuleKind::Step,
            _ => {
                let inputs = sig
                    .inputs
                    .iter()
                    .skip(usize::from(sig.receiver().is_some()));
                let inputs: TokenStream = inputs.map(ToTokens::to_token_stream).collect();
                self.mistakes
                    .at(&inputs, messages::invariant_parameters(&name));
                return None;
            }
        };
        Some(Rule {
            method,
            kind,
            looks: true,
        })
    }

    fn is_state(&self, ty: &Type) -> bool {
        match parameters::bare(ty) {
            Type::Reference(reference) if reference.mutability.is_none() => {
                matches!(parameters::bare(&reference.elem), Type::Path(path) if path.path == *self.path)
            }
            _ => false,
        }
    }

    fn returns_bool(&mut self, role: &str, method: &ImplItemFn) {
        returns_bool(role, &method.sig.ident, &method.sig.output, self.mistakes);
    }

    fn events(&mut self, members: &[Member]) -> Vec<Event> {
        of(members, Role::Event)
            .map(|member| self.event(member))
            .collect()
    }

    fn event(&mut self, member: &Member) -> Event {
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
    fn versions(&mut self, member: &Member, event: &str) -> (u32, Vec<(u32, Path)>) {
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

    fn commands(&mut self, members: &[Member], declaration: &Declaration) -> Vec<Command> {
        of(members, Role::Command)
            .map(|member| self.command(member, members, declaration))
            .collect()
    }

    fn command(
        &mut self,
        member: &Member,
        members: &[Member],
        declaration: &Declaration,
    ) -> Command {
        let sig = &member.method.sig;
        let name = naming::plain(&sig.ident);
        match receiver(&member.method) {
            Found::Shared => {}
            Found::Nothing => {
                self.mistakes
                    .at(&sig.ident, messages::command_receiver(&name, None));
            }
            Found::Other(receiver, found) => {
                self.mistakes
                    .at(receiver, messages::command_receiver(&name, Some(&found)));
            }
        }
        if matches!(sig.output, ReturnType::Default) {
            let events = declaration.event_enum().to_string();
            self.mistakes
                .at(&sig.ident, messages::command_returns_nothing(&events));
        }
        let rules = Rules {
            aggregate: &declaration.ident,
            declared: &declaration.rules,
            members,
        };
        let requires = self.guards(&member.words, words::REQUIRES, &rules);
        let unless = self.guards(&member.words, words::UNLESS, &rules);
        let mut method = self.method(member, Use::Field { exact: self.exact });
        method.name = self.recorded_name(&member.words, &method.name);
        if words::RESERVED_COMMANDS.contains(&name.as_str()) {
            self.mistakes
                .at(&sig.ident, messages::reserved_command(&name));
        }
        Command {
            method,
            requires,
            unless,
        }
    }

    fn guards(
        &mut self,
        given: &[Word],
        name: &str,
        rules: &Rules<'_>,
    ) -> Vec<super::declaration::Guard> {
        let Some(word) = find(given, name) else {
            return Vec::new();
        };
        let entries = word.list::<Expr>(self.mistakes, "is_open");
        rules.list(&entries, self.mistakes)
    }

    /// Methods without an attribute, as far as their signature can be told.
    fn helpers(&mut self, members: &[Member]) -> Vec<Helper> {
        let called = reach::from_roles(members);
        let helpers = members.iter().filter(|member| member.role.is_none());
        let mut found = Vec::new();
        for member in helpers {
            let sig = &member.method.sig;
            let plain = sig.generics.params.is_empty() && sig.asyncness.is_none();
            if !plain || !called.contains(&naming::plain(&sig.ident)) {
                continue;
            }
            // What a helper takes is Rust's business; one that cannot be told is not read.
            let mut silent = Mistakes::default();
            let mut checker = Checker {
                path: self.path,
                exact: self.exact,
                mistakes: &mut silent,
            };
            let method = checker.method(member, Use::Passed);
            let mutates = match receiver(&member.method) {
                Found::Other(_, text) if text == "&mut self" => true,
                Found::Other(..) => continue,
                _ => false,
            };
            if silent.is_empty() {
                found.push(Helper { method, mutates });
            }
        }
        found
    }

    /// What every member needs.
    fn method(&mut self, member: &Member, purpose: Use) -> Method {
        let sig = &member.method.sig;
        let role = member.role.map_or("helper", Role::word);
        self.modifiers(&member.method, role);
        let mut parameters: Vec<Parameter> = Vec::new();
        for (place, input) in sig.inputs.iter().enumerate() {
            parameters.extend(parameters::read(
                input,
                self.path,
                purpose,
                place,
                self.mistakes,
            ));
        }
        let name = naming::plain(&sig.ident);
        let mut variant = naming::camel(&name);
        if variant.is_empty() || variant == "Self" || !variant.starts_with(char::is_alphabetic) {
            self.mistakes.at(&sig.ident, messages::no_variant(&name));
            variant = format!("Variant{variant}_");
        }
        Method {
            variant: Ident::new(&variant, sig.ident.span()),
            ident: sig.ident.clone(),
            name,
            attributes: member.method.attrs.clone(),
            parameters,
            output: sig.output.clone(),
            block: member.method.block.clone(),
        }
    }

    fn modifiers(&mut self, method: &ImplItemFn, role: &str) {
        let sig = &method.sig;
        if let Some(token) = &sig.asyncness {
            self.mistakes.at(token, messages::modifier("async", role));
        }
        if let Safety::Unsafe(token) = &sig.safety {
            self.mistakes.at(token, messages::modifier("unsafe", role));
        }
        if let Some(abi) = &sig.abi {
            self.mistakes.at(abi, messages::modifier("extern", role));
        }
        if !sig.generics.params.is_empty() {
            self.mistakes
                .at(&sig.generics, messages::generic_method(role));
        } else if let Some(clause) = &sig.generics.where_clause {
            self.mistakes.at(clause, messages::where_clause(role));
        }
    }

    /// Bodies of rules, invariants and events are total, and so is what they call; those of commands give the same answer each time.
    fn bodies(&mut self, parsed: &Parsed) {
        let total = reach::from(&parsed.members, |role| {
            role.is_some_and(|role| role != Role::Command)
        });
        let called = reach::from_roles(&parsed.members);
        for member in &parsed.members {
            let (role, demand) = match member.role {
                Some(Role::Command) => (words::COMMAND, Demand::Repeatable),
                Some(role) => (role.word(), Demand::Total),
                None => {
                    let name = naming::plain(&member.method.sig.ident);
                    if total.contains(&name) {
                        ("method that a rule or event calls", Demand::Total)
                    } else if called.contains(&name) {
                        ("method that a command calls", Demand::Repeatable)
                    } else {
                        continue;
                    }
                }
            };
            totality::check(&member.method.block, role, demand, self.mistakes);
        }
    }

    /// Takes away what would be declared twice.
    fn clashes(&mut self, declaration: &mut Declaration) {
        let event_enum = declaration.event_enum().to_string();
        let command_enum = declaration.command_enum().to_string();
        let rule_enum = declaration.rule_enum().to_string();
        self.names(&declaration.events);
        self.recorded(declaration.commands.iter().map(|command| &command.method));
        self.variants(&mut declaration.events, |event| &event.method, &event_enum);
        self.variants(
            &mut declaration.commands,
            |command| &command.method,
            &command_enum,
        );
        self.variants(&mut declaration.rules, |rule| &rule.method, &rule_enum);
    }

    fn variants<T>(&mut self, all: &mut Vec<T>, method: impl Fn(&T) -> &Method, of: &str) {
        let mut kept: Vec<T> = Vec::new();
        for one in all.drain(..) {
            let variant = &method(&one).variant;
            match kept.iter().find(|other| method(other).variant == *variant) {
                Some(first) => {
                    let first = naming::plain(&method(first).ident);
                    let message = messages::same_variant(&variant.to_string(), of, &first);
                    self.mistakes.at(&method(&one).ident, message);
                }
                None => kept.push(one),
            }
        }
        *all = kept;
    }

    fn recorded<'a>(&mut self, methods: impl Iterator<Item = &'a Method>) {
        let mut seen: Vec<&Method> = Vec::new();
        for method in methods {
            match seen.iter().find(|other| other.name == method.name) {
                // The same variant is reported as such.
                Some(first) if first.variant != method.variant => {
                    let message = messages::same_record(&method.name, &naming::plain(&first.ident));
                    self.mistakes.at(&method.ident, message);
                }
                _ => seen.push(method),
            }
        }
    }

    /// Names and aliases of events, which share one space.
    fn names(&mut self, events: &[Event]) {
        self.recorded(events.iter().map(|event| &event.method));
        for (index, event) in events.iter().enumerate() {
            for alias in &event.aliases {
                let owner = events.iter().enumerate().find(|(other, owner)| {
                    *other != index
                        && (owner.method.name == *alias
                            || *other < index && owner.aliases.contains(alias))
                });
                if let Some((_, owner)) = owner {
                    let message = messages::alias_clash(alias, &owner.method.name);
                    let attribute = event.method.attributes.iter();
                    let mut attribute =
                        attribute.filter(|it| crate::attributes::is(it, words::EVENT));
                    let at = attribute
                        .next()
                        .map_or_else(|| event.method.ident.span(), Spanned::span);
                    self.mistakes
                        .at_span(alias_span(event, alias).unwrap_or(at), message);
                }
            }
        }
    }
}

/// Where an alias is written.
fn alias_span(event: &Event, alias: &str) -> Option<Span> {
    fn search(tokens: TokenStream, alias: &str) -> Option<Span> {
        tokens.into_iter().find_map(|token| match token {
            proc_macro2::TokenTree::Literal(literal) => {
                let text: syn::LitStr = syn::parse2(literal.to_token_stream()).ok()?;
                (text.value() == alias).then(|| literal.span())
            }
            proc_macro2::TokenTree::Group(group) => search(group.stream(), alias),
            _ => None,
        })
    }
    event
        .method
        .attributes
        .iter()
        .find_map(|attribute| search(attribute.to_token_stream(), alias))
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

/// How a method takes the state.
enum Found<'a> {
    Nothing,
    Shared,
    Other(&'a Receiver, String),
}

fn receiver(method: &ImplItemFn) -> Found<'_> {
    let Some(receiver) = method.sig.receiver() else {
        return Found::Nothing;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, None, None) => Found::Shared,
        ReceiverKind::Reference(_, None, Some(_)) => Found::Other(receiver, "&mut self".to_owned()),
        ReceiverKind::Value => Found::Other(receiver, "self".to_owned()),
        _ => {
            let text = receiver.to_token_stream().to_string();
            Found::Other(receiver, text.replace(" :", ":").replace("& ", "&"))
        }
    }
}

/// A rule, free or not, is `bool`.
pub(crate) fn returns_bool(
    role: &str,
    ident: &Ident,
    output: &ReturnType,
    mistakes: &mut Mistakes,
) {
    match output {
        ReturnType::Default => mistakes.at(ident, messages::rule_returns(role, "nothing")),
        ReturnType::Type(_, ty) => {
            if !matches!(parameters::bare(ty), Type::Path(path) if path.path.is_ident("bool")) {
                let found = format!("`{}`", crate::read::type_text(ty));
                mistakes.at(ty, messages::rule_returns(role, &found));
            }
        }
    }
}

fn of(members: &[Member], role: Role) -> impl Iterator<Item = &Member> {
    members
        .iter()
        .filter(move |member| member.role == Some(role))
}

fn find<'a>(given: &'a [Word], name: &str) -> Option<&'a Word> {
    given.iter().find(|word| word.is(name))
}
